// Clients that come, publish, take over and go on three nodes, while messages are lost or late, processes are stopped
// or killed, and the state forgets: whatever has happened, in the end each name is one node's, and everybody knows
// whose.
#include "cluster/Directory.h"

#include "unit/cluster/FakeState.h"
#include "unit/support/FakeClock.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::cluster {
namespace {

using hub::SharedNames;
using Policy = config::TakeoverConfig::Policy;

constexpr std::int64_t kLeaseMs = 4000;
constexpr std::int64_t kStepMs = 250;
constexpr int kSteps = 120;
constexpr int kQuietSteps = 12 * kLeaseMs / kStepMs;
constexpr std::array<const char*, 3> kNames = {"a", "b", "c"};
const std::array<hooks::StreamKey, 2> kKeys = {{{"v", "live", "one"}, {"v", "live/room", "two"}}};

/// A client that publishes, or wants to.
struct Client {
    SharedNames::Claim claim;
    bool isAnswered = false;
    bool isMoving = false;
    bool isPublished = false;
    bool isGone = false;
};

struct Process {
    std::unique_ptr<Leases> leases;
    std::unique_ptr<Directory> directory;
    FakeState::Connection connection;
    std::map<hooks::StreamKey, std::shared_ptr<Client>> clients;
    std::int64_t sleepsUntilMs = 0;
    std::int64_t deadUntilMs = 0;
    std::int64_t cutUntilMs = 0;
    int life = 0;
};

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
        for (Process& process : processes_) process.sleepsUntilMs = process.cutUntilMs = process.deadUntilMs = 0;
        std::string unrest = "nothing has happened";
        for (int step = 0; step < kQuietSteps && fault_.empty() && !unrest.empty(); ++step) {
            advance(false);
            unrest = whatIsNotCalm();
        }
        return fault_.empty() ? unrest : fault_;
    }

  private:
    bool chance(int oneIn) { return std::uniform_int_distribution<int>(1, oneIn)(random_) == 1; }
    std::int64_t upTo(std::int64_t ms) { return std::uniform_int_distribution<std::int64_t>(0, ms)(random_); }

    void start(std::size_t i) {
        Process& process = processes_.at(i);
        process.clients.clear();
        process.directory.reset();
        process.leases = std::make_unique<Leases>(LeaseTerms{kNames.at(i), fmt::format("life{}", ++process.life),
                                                             kLeaseMs, 0, 0, fmt::format("{}:1", kNames.at(i))},
                                                  clock_);
        process.directory = std::make_unique<Directory>(*process.leases, clock_);
        process.connection = {};
    }

    void disturb() {
        const std::int64_t nowMs = clock_.monotonicMs();
        Process& victim = processes_.at(static_cast<std::size_t>(upTo(kNames.size() - 1)));
        if (chance(25)) victim.sleepsUntilMs = nowMs + upTo(3 * kLeaseMs);
        if (chance(25)) victim.cutUntilMs = nowMs + upTo(3 * kLeaseMs);
        if (chance(40)) {
            victim.clients.clear();
            victim.directory.reset();
            victim.leases.reset();
            victim.deadUntilMs = nowMs + upTo(3 * kLeaseMs);
        }
        if (chance(100)) state_.lose();
        if (chance(40)) replica_ = state_.snapshot();
        if (replica_ && chance(100)) state_.failOverTo(*replica_);
        if (victim.directory == nullptr || victim.sleepsUntilMs > nowMs) return;
        const hooks::StreamKey& key = kKeys.at(static_cast<std::size_t>(upTo(kKeys.size() - 1)));
        if (chance(2)) come(victim, key);
        if (chance(6)) leave(victim, key);
    }

    void come(Process& process, const hooks::StreamKey& key) {
        std::shared_ptr<Client>& client = process.clients[key];
        if (client != nullptr) return;
        client = std::make_shared<Client>();
        client->claim.key = key;
        client->claim.reservation = ++lastReservation_;
        client->claim.takeover.policy = chance(3) ? Policy::On : Policy::Off;
        ask(process, client);
    }

    /// As a session does it: what is answered to a client that has gone is nobody's.
    void ask(Process& process, const std::shared_ptr<Client>& client) {
        process.directory->claim(client->claim, [client, &process](const base::Result<SharedNames::Standing>& answer) {
            client->isAnswered = true;
            if (client->isGone) return;
            if (!answer) {
                client->isGone = true;
            } else if (answer.value() == SharedNames::Standing::Elsewhere) {
                client->isMoving = true;
                process.directory->move(client->claim, [client, &process] {
                    client->isMoving = false;
                    if (!client->isGone) publish(process, *client);
                });
            } else {
                publish(process, *client);
            }
        });
    }

    static void publish(Process& process, Client& client) {
        client.isPublished = true;
        auto stream = std::make_shared<hub::PublishedStream>();
        stream->key = client.claim.key;
        process.directory->setPublished(client.claim.key, stream);
    }

    static void leave(Process& process, const hooks::StreamKey& key) {
        const auto client = process.clients.find(key);
        if (client == process.clients.end()) return;
        client->second->isGone = true;
        end(process, *client->second);
        process.clients.erase(client);
    }

    static void end(Process& process, const Client& client) {
        if (client.isPublished) process.directory->setPublished(client.claim.key, nullptr);
        process.directory->release(client.claim);
    }

    void advance(bool isDisturbed) {
        clock_.advanceMs(kStepMs);
        const std::int64_t nowMs = clock_.monotonicMs();
        for (const auto& [exchange, connection] : std::exchange(late_, {})) {
            FakeState::Connection old = connection;
            state_.apply(exchange, old);
        }
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            Process& process = processes_.at(i);
            if (process.leases == nullptr && process.deadUntilMs <= nowMs) start(i);
            if (process.leases == nullptr || process.sleepsUntilMs > nowMs) continue;
            talk(process, nowMs, isDisturbed);
            for (int again = 0; again < 20 && process.directory->isInHaste(); ++again) {
                talk(process, nowMs, isDisturbed);
                if (again == 19 && !isDisturbed) fault_ = "it never has enough";
            }
            std::vector<hooks::StreamKey> refused;
            for (const auto& [key, client] : process.clients)
                if (client->isGone) refused.push_back(key);
            for (const hooks::StreamKey& key : refused) leave(process, key);
        }
    }

    void talk(Process& process, std::int64_t nowMs, bool isDisturbed) {
        Exchange exchange = process.leases->next();
        const std::size_t own = exchange.changes.size();
        process.directory->addTo(exchange);
        const bool isCut = process.cutUntilMs > nowMs;
        const bool isAnswerLost = isDisturbed && chance(12);
        if (isCut || isAnswerLost) {
            if (!isCut) state_.apply(exchange, process.connection);
            if (isCut && chance(4)) late_.emplace_back(exchange, process.connection);
            process.connection = {};
            process.leases->onFailure();
            process.directory->onFailure();
            return;
        }
        const Outcome outcome = state_.apply(exchange, process.connection);
        process.leases->onOutcome(outcome);
        const auto applied = outcome.appliedFrom(own, exchange.changes.size());
        for (const LostName& lost : process.directory->onOutcome(outcome, applied)) {
            const auto client = process.clients.find(lost.key);
            if (client != process.clients.end() && client->second->isPublished) client->second->isGone = true;
        }
    }

    /// What is not as it should be once everybody hears everybody.
    std::string whatIsNotCalm() const {
        for (const Process& process : processes_)
            for (const auto& [key, client] : process.clients)
                if ((!client->isAnswered && isLeftAlone(key)) || client->isMoving)
                    return key.text() + ": somebody waits";
        for (const hooks::StreamKey& key : kKeys) {
            std::vector<std::string> publishers;
            for (std::size_t i = 0; i < processes_.size(); ++i) {
                const auto client = processes_.at(i).clients.find(key);
                if (client != processes_.at(i).clients.end() && client->second->isPublished)
                    publishers.emplace_back(kNames.at(i));
            }
            if (publishers.size() > 1) return fmt::format("{} has {} publishers", key.text(), publishers.size());
            const std::optional<StreamRecord> record = StreamRecord::read(state_.valueOf(streamField(key)));
            if (publishers.empty()) {
                if (record) return fmt::format("{} is nobody's, but {} has it", key.text(), record->owner);
                continue;
            }
            if (!record || record->owner != publishers.front() || record->state != StreamRecord::State::Live)
                return fmt::format("{} is {}'s, which is not written", key.text(), publishers.front());
            for (std::size_t i = 0; i < processes_.size(); ++i) {
                const std::optional<Origin> origin = processes_.at(i).directory->originOf(key);
                const bool isItsOwn = kNames.at(i) == publishers.front();
                if (isItsOwn == origin.has_value()) return fmt::format("{} does not know {}", kNames.at(i), key.text());
                if (isItsOwn && processes_.at(i).directory->fences().at(key) != record->fence)
                    return key.text() + ": another number than is written";
                if (!isItsOwn && (origin->node != record->owner || origin->fence != record->fence))
                    return fmt::format("{} looks for {} elsewhere", kNames.at(i), key.text());
            }
        }
        return {};
    }

    /// Nobody else asks about it, who would be waited for.
    bool isLeftAlone(const hooks::StreamKey& key) const {
        std::size_t clients = 0;
        for (const Process& process : processes_) clients += process.clients.count(key);
        return clients == 1;
    }

    support::FakeClock clock_;
    std::mt19937 random_;
    FakeState state_;
    std::optional<FakeState> replica_;
    std::array<Process, kNames.size()> processes_;
    std::vector<std::pair<Exchange, FakeState::Connection>> late_;
    std::uint64_t lastReservation_ = 0;
    std::string fault_;
};

TEST(DirectorySchedules, EndWithOneOwnerOfEachName) {
    constexpr std::uint32_t kSchedules = 1000;
    for (std::uint32_t seed = 1; seed <= kSchedules; ++seed) {
        const std::string fault = Schedule(seed).run();
        ASSERT_EQ(fault, "") << "seed " << seed;
    }
}

} // namespace
} // namespace hookcast::cluster
