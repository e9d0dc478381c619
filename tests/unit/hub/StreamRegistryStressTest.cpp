#include "hub/StreamRegistry.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::hub {
namespace {

/// What players on one loop got must be whole entries, each after a keyframe, and time must not go back.
void expectSound(const std::string& text) {
    std::int64_t lastMs = -1;
    bool started = false;
    for (std::size_t at = 0; at < text.size();) {
        const char opening = text[at];
        ASSERT_TRUE(opening == '<' || opening == '{') << text.substr(at, 40);
        const std::size_t end = text.find(opening == '<' ? '>' : '}', at);
        ASSERT_NE(end, std::string::npos) << "cut: " << text.substr(at, 40);
        const std::string unit = text.substr(at + 1, end - at - 1);
        at = end + 1;
        if (opening == '{') {
            started = true;
            continue;
        }
        ASSERT_TRUE(started) << "no headers before " << unit;
        const std::int64_t ms = std::stoll(unit.substr(unit.find('@') + 1));
        ASSERT_GE(ms, lastMs) << "time goes back";
        lastMs = ms;
    }
}

/// All that happens on one loop. Its members are touched by the loop only.
class Site {
  public:
    Site(StreamRegistry& registry, const WireFormat& format, unsigned seed)
        : registry_(registry), format_(format), random_(seed),
          vhost_(std::make_shared<config::VhostConfig>(promptVhost())) {
        for (int i = 0; i < kTickets; ++i) tickets_.push_back(freeTicket(gate_));
        for (int i = 0; i < kTickets; ++i) publishTickets_.push_back(freeTicket(gate_, hooks::HookAction::Publish));
    }

    /// One random act. Whoever needs a ticket takes one of those that were got before; without, it does less.
    void act() {
        switch (random_() % 8) {
        case 0: join(); break;
        case 1: leave(); break;
        case 2: publish(); break;
        case 3: publication_.reset(); break;
        case 4: giveRoom(); break;
        default: write(); break;
        }
    }

    void endAll() {
        publication_.reset();
        while (!players_.empty()) leaveFirst();
    }

    support::HookGate& gate() { return gate_; }

  private:
    static constexpr int kTickets = 400;

    struct StressPlayer {
        support::Subscriber subscriber;
        std::unique_ptr<Playback> playback;
    };

    void join() {
        if (tickets_.empty() || players_.size() >= 8) return;
        auto& player = players_.emplace_back();
        player.subscriber.room = random_() % 2 == 0 ? support::MockSubscriber::kEndless : random_() % 100;
        player.playback =
            registry_.play(takeTicket(tickets_), gate_.runner.loop(), format_, player.subscriber, *vhost_);
    }

    void leave() {
        if (!players_.empty()) leaveFirst();
    }

    void leaveFirst() {
        StressPlayer& player = players_.front();
        player.subscriber.room = support::MockSubscriber::kEndless;
        player.playback->resume();
        player.playback.reset();
        expectSound(player.subscriber.taken);
        players_.pop_front();
    }

    void publish() {
        if (publishTickets_.empty() || publication_ != nullptr) return;
        auto reserved = registry_.reserve(streamOne());
        if (!reserved) return;
        bool isItsTurn = false;
        reserved.value().await(gate_.runner.loop(), [&](const auto& turn) { isItsTurn = turn.ok(); });
        if (!isItsTurn) return;
        publication_ = registry_.publish(takeTicket(publishTickets_), reserved.take(), gate_.runner.loop(), vhost_,
                                         [](const std::string& /*reason*/) {});
        nowMs_ = 0;
        written_ = 0;
    }

    void write() {
        if (publication_ == nullptr) return;
        const auto role = written_++ % 5 == 0 ? media::FrameRole::Keyframe : media::FrameRole::Media;
        const std::string body(random_() % 50, 'x');
        publication_->write(media::FrameKind::Video, role, nowMs_ += 40, base::Bytes(body.begin(), body.end()));
    }

    void giveRoom() {
        for (StressPlayer& player : players_) {
            player.subscriber.room = random_() % 200;
            player.playback->resume();
        }
    }

    static hooks::Ticket takeTicket(std::vector<hooks::Ticket>& tickets) {
        hooks::Ticket ticket = std::move(tickets.back());
        tickets.pop_back();
        return ticket;
    }

    StreamRegistry& registry_;
    const WireFormat& format_;
    std::mt19937 random_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    support::HookGate gate_;
    std::vector<hooks::Ticket> tickets_; ///< to play
    std::vector<hooks::Ticket> publishTickets_;
    std::list<StressPlayer> players_;
    std::unique_ptr<Publication> publication_;
    std::uint32_t nowMs_ = 0;
    std::size_t written_ = 0;
};

TEST(StreamRegistryStress, TwoLoopsJoinLeavePublishAndWriteAtRandom) {
    constexpr int kActs = 6000;
    StreamRegistry registry(64 * 1024, 4096);
    const TextFormat format;
    Site one(registry, format, 1);
    Site two(registry, format, 2);
    const auto drive = [](Site& site) {
        for (int i = 0; i < kActs; ++i) {
            site.gate().runner.loop().post([&site] { site.act(); });
            if (i % 50 == 0) site.gate().runner.run([] {});
        }
        site.gate().runner.run([&site] { site.endAll(); });
    };
    std::thread other([&] { drive(two); });
    drive(one);
    other.join();
    for (int i = 0; i < 3; ++i) {
        one.gate().runner.settle();
        two.gate().runner.settle();
    }
    EXPECT_EQ(registry.streamId(streamOne()), "") << "nothing is left";
}

} // namespace
} // namespace hookcast::hub
