// Nodes under random schedules: messages are late or lost, processes are stopped, killed and started again, the state
// forgets, what is gone or all, or falls back to what a replica knew.
#include "cluster/Leases.h"

#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::cluster {
namespace {

constexpr std::int64_t kLeaseMs = 4000;
constexpr std::int64_t kStepMs = 250;
constexpr int kSteps = 100;
constexpr int kQuietSteps = 10 * kLeaseMs / kStepMs;
constexpr std::array<const char*, 3> kNames = {"a", "b", "c"};

const std::vector<WantedCapture>& wantedOf() {
    static const std::vector<WantedCapture> kWanted = {{"any1", ""}, {"any2", ""}, {"homeA", "a"}, {"homeB", "b"}};
    return kWanted;
}

class Schedule {
  public:
    explicit Schedule(std::uint32_t seed) : random_(seed) {
        for (std::size_t i = 0; i < kNames.size(); ++i) start(i);
    }

    /// What went wrong, in words; empty: nothing.
    std::string run() {
        for (int step = 0; step < kSteps && fault_.empty(); ++step) {
            disturb();
            advance(true);
        }
        for (Process& process : processes_) {
            process.sleepsUntilMs = 0;
            process.deadUntilMs = std::min(process.deadUntilMs, clock_.monotonicMs());
        }
        std::string unrest = "nothing has happened";
        for (int step = 0; step < kQuietSteps && fault_.empty() && !unrest.empty(); ++step) {
            advance(false);
            unrest = whatIsNotCalm();
        }
        return fault_.empty() ? unrest : fault_;
    }

  private:
    /// A message on its way, with the outcome on its way back.
    struct Talk {
        Exchange exchange;
        std::int64_t arrivesAtMs = 0;
        std::int64_t answeredAtMs = 0;
        bool isLost = false;
        bool answerIsLost = false;
        std::optional<Outcome> outcome;
        FakeState::Connection connection = {}; ///< of a process that is dead by now
    };
    struct Process {
        std::unique_ptr<Leases> leases;
        FakeState::Connection connection;
        std::optional<Talk> talk;
        std::int64_t sleepsUntilMs = 0; ///< stopped: it neither fetches nor talks
        std::int64_t deadUntilMs = 0;
        std::int64_t talksAtMs = 0;
        int life = 0;
    };

    bool chance(int oneIn) { return std::uniform_int_distribution<int>(1, oneIn)(random_) == 1; }
    std::int64_t upTo(std::int64_t ms) { return std::uniform_int_distribution<std::int64_t>(0, ms)(random_); }

    void start(std::size_t i) {
        Process& process = processes_.at(i);
        process.leases = std::make_unique<Leases>(
            LeaseTerms{kNames.at(i), fmt::format("life{}", ++process.life), kLeaseMs, 0, 0, {}}, clock_);
        process.leases->setWanted(wantedOf());
        process.connection = {};
        process.talk.reset();
        process.sleepsUntilMs = 0;
    }

    void disturb() {
        const std::int64_t nowMs = clock_.monotonicMs();
        Process& victim = processes_.at(static_cast<std::size_t>(upTo(kNames.size() - 1)));
        if (chance(20)) victim.sleepsUntilMs = nowMs + upTo(3 * kLeaseMs);
        if (chance(30) && victim.leases != nullptr) kill(victim, nowMs + upTo(3 * kLeaseMs));
        if (chance(60) && victim.leases != nullptr && !victim.talk && victim.sleepsUntilMs <= nowMs) {
            state_.apply(victim.leases->farewell(), victim.connection);
            kill(victim, nowMs + upTo(kLeaseMs));
        }
        if (chance(80)) state_.lose();
        if (chance(80)) state_.prune();
        if (chance(40)) replica_ = state_.snapshot();
        if (replica_ && chance(80)) state_.failOverTo(*replica_);
    }

    /// What it has sent may still arrive.
    void kill(Process& process, std::int64_t untilMs) {
        if (process.talk && !process.talk->isLost && !process.talk->outcome) {
            late_.push_back(std::move(*process.talk));
            late_.back().connection = process.connection;
        }
        process.leases.reset();
        process.talk.reset();
        process.deadUntilMs = untilMs;
    }

    void advance(bool isDisturbed) {
        clock_.advanceMs(kStepMs);
        const std::int64_t nowMs = clock_.monotonicMs();
        while (!late_.empty()) {
            state_.apply(late_.front().exchange, late_.front().connection);
            late_.pop_front();
        }
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            Process& process = processes_.at(i);
            if (process.leases == nullptr && process.deadUntilMs <= nowMs) start(i);
            if (process.leases == nullptr) continue;
            deliver(process, nowMs);
            if (process.sleepsUntilMs > nowMs) continue;
            if (!process.talk && process.talksAtMs <= nowMs) talk(process, nowMs, isDisturbed);
            if (!isDisturbed || chance(4))
                for (const std::string& capture : process.leases->fetched()) process.leases->setReady(capture);
        }
        check();
    }

    void talk(Process& process, std::int64_t nowMs, bool isDisturbed) {
        Talk talk{process.leases->next(), nowMs, nowMs, false, false, {}, {}};
        if (isDisturbed && chance(4)) talk.arrivesAtMs += upTo(2 * kLeaseMs);
        talk.answeredAtMs = talk.arrivesAtMs + (isDisturbed && chance(4) ? upTo(2 * kLeaseMs) : 0);
        talk.isLost = isDisturbed && chance(10);
        talk.answerIsLost = isDisturbed && chance(10);
        process.talk = std::move(talk);
        process.talksAtMs = nowMs + kLeaseMs / 8;
        deliver(process, nowMs);
    }

    void deliver(Process& process, std::int64_t nowMs) {
        if (!process.talk) return;
        Talk& talk = *process.talk;
        if (!talk.isLost && !talk.outcome && talk.arrivesAtMs <= nowMs)
            talk.outcome = state_.apply(talk.exchange, process.connection);
        if (talk.answeredAtMs > nowMs || process.sleepsUntilMs > nowMs) return;
        const std::optional<Outcome> outcome = std::move(talk.outcome);
        const bool failed = !outcome || talk.answerIsLost;
        process.talk.reset();
        if (failed) {
            // As a connection that has broken off: the next one hears everything.
            process.connection = {};
            process.leases->onFailure();
            return;
        }
        if (process.leases->onOutcome(*outcome).isNameTaken) fault_ = "a name is taken for another one's";
    }

    /// One reader of each camera. While it comes home there are two: until the home has a picture, and then until the
    /// other one has heard of it, or its lease is over.
    void check() {
        const std::int64_t nowMs = clock_.monotonicMs();
        for (const WantedCapture& capture : wantedOf()) {
            int readers = 0;
            bool comesHome = false;
            for (std::size_t i = 0; i < processes_.size(); ++i) {
                const Process& process = processes_.at(i);
                if (process.leases == nullptr || process.sleepsUntilMs > nowMs) continue;
                if (!process.leases->fetched().contains(capture.key)) continue;
                ++readers;
                const std::uint64_t fence = process.leases->fenceOf(capture.key);
                if (fence != 0) noteFence(capture.key, i, fence);
                if (capture.home != kNames.at(i)) continue;
                if (fence == 0) returns_[capture.key] = 0;
                const auto returned = returns_.find(capture.key);
                if (returned == returns_.end()) continue;
                if (returned->second == 0) returned->second = fence;
                comesHome = returned->second == fence;
            }
            if (readers > (comesHome ? 2 : 1))
                fault_ = fmt::format("{} has {} readers{}", capture.key, readers, comesHome ? " on its way home" : "");
        }
    }

    /// No two have a capture by the same number.
    void noteFence(const std::string& capture, std::size_t node, std::uint64_t fence) {
        const auto [holder, isNew] = holders_.try_emplace({capture, fence}, node);
        if (holder->second != node) fault_ = fmt::format("{}: number {} twice", capture, fence);
    }

    /// In the end each has one reader, which is its home.
    std::string whatIsNotCalm() const {
        for (const WantedCapture& capture : wantedOf()) {
            std::vector<std::string> readers;
            for (std::size_t i = 0; i < processes_.size(); ++i) {
                const Process& process = processes_.at(i);
                if (process.leases != nullptr && process.leases->fetched().contains(capture.key))
                    readers.emplace_back(kNames.at(i));
            }
            if (readers.size() != 1) return fmt::format("{} has {} readers in the end", capture.key, readers.size());
            if (!capture.home.empty() && readers.front() != capture.home)
                return fmt::format("{} is at {} in the end", capture.key, readers.front());
        }
        return {};
    }

    std::minstd_rand random_;
    support::FakeClock clock_;
    FakeState state_;
    std::optional<FakeState> replica_;
    std::array<Process, kNames.size()> processes_;
    std::deque<Talk> late_;                                                ///< of processes that are dead by now
    std::map<std::pair<std::string, std::uint64_t>, std::size_t> holders_; ///< nodes, by capture and number
    std::map<std::string, std::uint64_t> returns_; ///< by which number a capture has come home; 0: it is about to
    std::string fault_;
};

#ifdef __SANITIZE_ADDRESS__
constexpr std::uint32_t kSchedules = 500;
#else
constexpr std::uint32_t kSchedules = 25'000;
#endif

/// Four parts, so that they run side by side.
class LeaseSchedules : public testing::TestWithParam<std::uint32_t> {};

TEST_P(LeaseSchedules, KeepOneReaderOfEachCamera) {
    for (std::uint32_t i = 0; i < kSchedules; ++i) {
        const std::uint32_t seed = GetParam() * kSchedules + i + 1;
        const std::string fault = Schedule(seed).run();
        ASSERT_EQ(fault, "") << "with seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Part, LeaseSchedules, testing::Range(0U, 4U));

} // namespace
} // namespace hookcast::cluster
