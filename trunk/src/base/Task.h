#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hookcast::base {

/// A callable without arguments or result that is moved, never copied, so that it may carry a move-only thing such as
/// a Ticket from one loop to another.
class Task {
  public:
    Task() = default;

    // NOLINTBEGIN(bugprone-forwarding-reference-overload): the constraint keeps it off copies and moves.
    template <typename F>
    requires(!std::is_same_v<std::decay_t<F>, Task> && std::is_invocable_v<std::decay_t<F>&>) Task(F&& callable)
        : body_(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(callable))) {}
    // NOLINTEND(bugprone-forwarding-reference-overload)

    explicit operator bool() const { return body_ != nullptr; }

    /// Only when not empty.
    void operator()() { body_->run(); }

  private:
    struct Body {
        virtual ~Body() = default;
        virtual void run() = 0;
    };

    template <typename F>
    struct Holder final : Body {
        explicit Holder(F&& callable) : callable_(std::move(callable)) {}
        explicit Holder(const F& callable) : callable_(callable) {}
        void run() override { callable_(); }
        F callable_;
    };

    std::unique_ptr<Body> body_;
};

class Log;

/// Runs `task`; what it throws is logged, as `who`, and goes no further: those behind it have their turn.
void runGuarded(Task& task, Log& log, std::string_view who);

} // namespace hookcast::base
