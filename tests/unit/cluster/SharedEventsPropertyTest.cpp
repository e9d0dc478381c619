// Three nodes share the events of a webhook under random schedules: the store fails or its answers are lost, processes
// are stopped, killed and started again, calls fail, hang, or arrive when they are thought to have failed.
#include "cluster/SharedEventQueue.h"

#include "unit/cluster/FakeEventStore.h"
#include "unit/support/FakeClock.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

constexpr std::int64_t kLeaseMs = 2000;
constexpr std::int64_t kStepMs = 100;
constexpr int kSteps = 300;
constexpr int kQuietSteps = 2000;
constexpr std::uint32_t kLimit = 1'000'000;
constexpr std::array<const char*, 3> kNames = {"a", "b", "c"};
using Texts = std::vector<std::string>;

class Schedule {
  public:
    explicit Schedule(std::uint32_t seed) : random_(seed) {
        for (std::size_t i = 0; i < kNames.size(); ++i) start(i);
    }

    /// What went wrong, in words; empty: nothing.
    std::string run() {
        for (int step = 0; step < kSteps && fault_.empty(); ++step) {
            for (std::size_t i = 0; i < processes_.size(); ++i) disturb(i);
            advance();
        }
        isCalm_ = true;
        for (Process& process : processes_) {
            process.sleepsUntilMs = 0;
            process.store->mood = FakeEventStore::Mood::Answers;
        }
        for (int step = 0; step < kQuietSteps && fault_.empty() && !isDone(); ++step) advance();
        if (fault_.empty() && !isDone()) fault_ = fmt::format("{} events wait for ever", events_.size());
        if (fault_.empty()) checkBooks();
        return fault_;
    }

  private:
    struct Process {
        std::unique_ptr<FakeEventStore> store;
        std::unique_ptr<SharedEventQueue> queue;
        std::int64_t sleepsUntilMs = 0;
        Texts call; ///< on its way to the backend; empty: none
        bool isHeard = false;
        std::int64_t retryAtMs = 0;
    };

    bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }

    void start(std::size_t i) {
        Process process;
        process.store = std::make_unique<FakeEventStore>(events_);
        config::WebhookConfig webhook;
        webhook.url = "http://a";
        webhook.queue = kLimit;
        process.queue = std::make_unique<SharedEventQueue>(
            webhook, SharedEventQueue::Terms{kNames.at(i), std::to_string(++runs_), kLeaseMs}, clock_, log_, [] {});
        processes_.at(i) = std::move(process);
    }

    void disturb(std::size_t i) {
        Process& process = processes_.at(i);
        if (chance(1)) {
            lost_ += process.queue->heldHere();
            // What it had begun to say may arrive yet.
            if (!process.call.empty() && chance(50)) late_.push_back(process.call);
            start(i);
            return;
        }
        if (chance(1)) process.sleepsUntilMs = clock_.monotonicMs() + static_cast<std::int64_t>(random_() % 6000);
        if (!chance(3)) return;
        constexpr std::array kMoods = {FakeEventStore::Mood::Answers, FakeEventStore::Mood::Fails,
                                       FakeEventStore::Mood::LosesAnswers, FakeEventStore::Mood::Answers};
        process.store->mood = kMoods.at(random_() % kMoods.size());
    }

    void advance() {
        clock_.advanceMs(kStepMs);
        if (!late_.empty() && chance(30)) {
            hear(late_.back());
            late_.pop_back();
        }
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            Process& process = processes_.at(i);
            if (process.sleepsUntilMs > clock_.monotonicMs()) continue;
            if (!isCalm_ && chance(20)) {
                ++number_;
                process.queue->push(number_, std::make_shared<const std::string>(envelopeOf(kNames.at(i), number_)));
            }
            if (chance(80)) process.queue->round(*process.store);
            post(process);
        }
    }

    /// As EventWebhook does.
    void post(Process& process) {
        if (process.call.empty()) {
            if (clock_.monotonicMs() < process.retryAtMs) return;
            for (const auto& event : process.queue->take(5, [] {})) process.call.push_back(*event);
            process.isHeard = false;
            return;
        }
        if (!process.isHeard && (isCalm_ || chance(50))) {
            hear(process.call);
            process.isHeard = true;
        }
        if (isCalm_ || chance(30)) {
            if (process.isHeard && (isCalm_ || chance(80))) {
                process.queue->confirm();
            } else {
                process.queue->giveBack();
                process.retryAtMs = clock_.monotonicMs() + 1000;
                if (!process.isHeard && chance(20)) late_.push_back(process.call);
            }
            process.call.clear();
        }
    }

    void hear(const Texts& call) {
        for (const std::string& text : call)
            if (known_.insert(text).second) heard_.push_back(text);
    }

    bool isDone() const {
        const auto isIdle = [](const Process& process) {
            return process.queue->heldHere() == 0 && process.call.empty();
        };
        return events_.size() == 0 && std::ranges::all_of(processes_, isIdle);
    }

    void checkBooks() {
        const Texts& added = events_.added();
        if (std::set<std::string>(added.begin(), added.end()).size() != added.size())
            fault_ = "something was put in twice";
        else if (heard_ != added)
            fault_ = fmt::format("{} events were heard of {}, or in another order", heard_.size(), added.size());
        else if (heard_.size() + lost_ < number_)
            fault_ =
                fmt::format("{} events were heard of {}, and {} died with a process", heard_.size(), number_, lost_);
    }

    std::mt19937 random_;
    support::FakeClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    FakeEvents events_;
    std::array<Process, kNames.size()> processes_;
    std::vector<Texts> late_; ///< calls that nobody waits for any more, and that arrive yet
    Texts heard_;             ///< by the backend, the first time
    std::set<std::string> known_;
    std::uint64_t number_ = 0;
    std::uint64_t lost_ = 0; ///< at most
    int runs_ = 0;
    bool isCalm_ = false;
    std::string fault_;
};

TEST(SharedEventsPropertyTest, UnderAnyScheduleAllAreToldInTheOrderInWhichTheyCame) {
    for (std::uint32_t seed = 1; seed <= 500; ++seed) {
        const std::string fault = Schedule(seed).run();
        ASSERT_EQ(fault, "") << "seed " << seed;
    }
}

} // namespace
} // namespace hookcast::cluster
