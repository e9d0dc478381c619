#pragma once

#include "base/RandomId.h"
#include "hub/StreamRegistry.h"
#include "hub/StreamReporter.h"
#include "unit/hub/RelayBench.h"
#include "unit/hub/TextFormat.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::hub {

inline const hooks::StreamKey& streamOne() {
    static const hooks::StreamKey kKey{"v", "live", "one"};
    return kKey;
}

inline config::VhostConfig promptVhost() {
    config::VhostConfig vhost;
    vhost.play.mwLatencyMs = 0;
    return vhost;
}

/// A session on a gate's loop that publishes. The methods are for the test's thread.
class TestPublisher {
  public:
    TestPublisher(support::HookGate& gate, StreamRegistry& registry, const hooks::StreamKey& key = streamOne(),
                  const ClaimTerms& terms = {})
        : gate_(gate), registry_(registry) {
        auto reserved = registry_.reserve(key, terms);
        EXPECT_TRUE(reserved) << "somebody publishes already";
        if (!reserved) return;
        start(freeTicket(gate, hooks::HookAction::Publish, key), reserved.take());
    }
    ~TestPublisher() { end(); }
    TestPublisher(const TestPublisher&) = delete;
    TestPublisher& operator=(const TestPublisher&) = delete;

    void key(std::uint32_t ms, const std::string& body) {
        write(media::FrameKind::Video, media::FrameRole::Keyframe, ms, body);
    }
    void video(std::uint32_t ms, const std::string& body) {
        write(media::FrameKind::Video, media::FrameRole::Media, ms, body);
    }
    void config(const std::string& body) { write(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, body); }

    void attach(StreamReporter& reporter) {
        gate_.runner.run([&] { reporter.attach(*publication_); });
    }

    void end() {
        gate_.runner.run([&] {
            reservation_.reset();
            publication_.reset();
        });
    }

    bool isPublishing() {
        return gate_.runner.run([&] { return publication_ != nullptr; });
    }

    /// Why it was ended from outside; empty: it was not.
    std::string evictedBy() {
        return gate_.runner.run([&] { return evictedBy_; });
    }

  private:
    void start(hooks::Ticket ticket, Reservation reservation) {
        auto shared = std::make_shared<hooks::Ticket>(std::move(ticket));
        reservation_.emplace(std::move(reservation));
        gate_.runner.run([&] {
            reservation_->await(gate_.runner.loop(), [this, shared](const base::Result<void>& turn) {
                EXPECT_TRUE(turn) << turn.error().message;
                if (turn)
                    reservation_->take(std::move(*shared), gate_.runner.loop(),
                                       [this](hooks::Ticket taken) { publish(std::move(taken)); });
            });
        });
    }

    void publish(hooks::Ticket ticket) {
        Reservation reservation = std::move(*reservation_);
        reservation_.reset();
        publication_ =
            registry_.publish(std::move(ticket), std::move(reservation), gate_.runner.loop(),
                              std::make_shared<config::VhostConfig>(promptVhost()), [this](const std::string& reason) {
                                  evictedBy_ = reason;
                                  publication_.reset();
                              });
    }

    void write(media::FrameKind kind, media::FrameRole role, std::uint32_t ms, const std::string& body) {
        gate_.runner.run([&] { publication_->write(kind, role, ms, base::Bytes(body.begin(), body.end())); });
    }

    support::HookGate& gate_;
    StreamRegistry& registry_;
    std::optional<Reservation> reservation_;
    std::unique_ptr<Publication> publication_;
    std::string evictedBy_;
};

/// A session on a gate's loop that plays.
class TestPlayer {
  public:
    TestPlayer(support::HookGate& gate, StreamRegistry& registry, const WireFormat& format,
               const hooks::StreamKey& key = streamOne())
        : gate_(gate) {
        auto ticket = std::make_shared<hooks::Ticket>(freeTicket(gate, hooks::HookAction::Play, key));
        gate_.runner.run([&] {
            playback_ = registry.play(std::move(*ticket), gate_.runner.loop(), format, subscriber, promptVhost());
        });
    }
    ~TestPlayer() { leave(); }
    TestPlayer(const TestPlayer&) = delete;
    TestPlayer& operator=(const TestPlayer&) = delete;

    void leave() {
        gate_.runner.run([&] { playback_.reset(); });
    }

    void giveRoom() {
        gate_.runner.run([&] {
            subscriber.room = support::MockSubscriber::kEndless;
            playback_->resume();
        });
    }

    std::string got() {
        return gate_.runner.run([&] { return std::exchange(subscriber.taken, {}); });
    }

    support::Subscriber subscriber;

  private:
    support::HookGate& gate_;
    std::unique_ptr<Playback> playback_;
};

} // namespace hookcast::hub
