#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {

/// Questions that are out, so that whoever asks the same can wait for the one answer. Any thread.
class SharedQuestions {
  public:
    using OnAnswer = std::function<void()>;

    /// That its owner asks, for itself and others. Its death lets them go on.
    class Lead {
      public:
        Lead() = default; ///< none
        Lead(Lead&& other) noexcept
            : questions_(std::exchange(other.questions_, nullptr)), question_(std::move(other.question_)) {}
        Lead& operator=(Lead&& other) noexcept {
            if (this == &other) return *this;
            end();
            questions_ = std::exchange(other.questions_, nullptr);
            question_ = std::move(other.question_);
            return *this;
        }
        Lead(const Lead&) = delete;
        Lead& operator=(const Lead&) = delete;
        ~Lead() { end(); }

        explicit operator bool() const { return questions_ != nullptr; }

        void end() {
            if (SharedQuestions* const questions = std::exchange(questions_, nullptr)) questions->end(question_);
        }

      private:
        friend class SharedQuestions;
        Lead(SharedQuestions& questions, std::string question)
            : questions_(&questions), question_(std::move(question)) {}

        SharedQuestions* questions_ = nullptr;
        std::string question_;
    };

    /// The lead where nobody asks it; else none, and `onAnswer` is called once, on any thread, when it has been
    /// answered or given up; it must not throw. Throws where there is no memory, and nothing has happened then.
    Lead join(const std::string& question, OnAnswer onAnswer) {
        const std::lock_guard lock(mutex_);
        const auto found = waiting_.find(question);
        if (found != waiting_.end()) {
            found->second.push_back(std::move(onAnswer));
            return {};
        }
        Lead lead(*this, question);
        try {
            waiting_.emplace(question, std::vector<OnAnswer>());
        } catch (...) {
            lead.questions_ = nullptr;
            throw;
        }
        return lead;
    }

  private:
    void end(const std::string& question) {
        std::vector<OnAnswer> all;
        {
            const std::lock_guard lock(mutex_);
            const auto found = waiting_.find(question);
            all = std::move(found->second);
            waiting_.erase(found);
        }
        for (const OnAnswer& onAnswer : all) onAnswer();
    }

    std::mutex mutex_;
    std::map<std::string, std::vector<OnAnswer>> waiting_; ///< who waits, by question
};

} // namespace hookcast::hooks
