#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <utility>

namespace hookcast::hub {

const hooks::StreamKey& streamOne() {
    static const hooks::StreamKey kKey{"v", "live", "one"};
    return kKey;
}

config::VhostConfig promptVhost() {
    config::VhostConfig vhost;
    vhost.play.mwLatencyMs = 0;
    return vhost;
}

TestPublisher::TestPublisher(support::HookGate& gate, StreamRegistry& registry, const hooks::StreamKey& key,
                             const ClaimTerms& terms)
    : gate_(gate), registry_(registry), claimant_(terms.claimant) {
    auto reserved = registry_.reserve(key, terms);
    EXPECT_TRUE(reserved) << "somebody publishes already";
    if (!reserved) return;
    start(freeTicket(gate, hooks::HookAction::Publish, key), reserved.take());
}

TestPublisher::~TestPublisher() {
    end();
}

void TestPublisher::key(std::uint32_t ms, const std::string& body) {
    write(media::FrameKind::Video, media::FrameRole::Keyframe, ms, body);
}

void TestPublisher::video(std::uint32_t ms, const std::string& body) {
    write(media::FrameKind::Video, media::FrameRole::Media, ms, body);
}

void TestPublisher::audio(std::uint32_t ms, const std::string& body) {
    write(media::FrameKind::Audio, media::FrameRole::Media, ms, body);
}

void TestPublisher::config(const std::string& body) {
    write(media::FrameKind::Video, media::FrameRole::CodecConfig, 0, body);
}

void TestPublisher::attach(StreamReporter& reporter) {
    gate_.runner.run([&] { reporter.attach(*publication_); });
}

void TestPublisher::end() {
    gate_.runner.run([&] {
        reservation_.reset();
        publication_.reset();
    });
}

bool TestPublisher::isPublishing() {
    return gate_.runner.run([&] { return publication_ != nullptr; });
}

std::string TestPublisher::evictedBy() {
    return gate_.runner.run([&] { return evictedBy_; });
}

void TestPublisher::start(hooks::Ticket ticket, Reservation reservation) {
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

void TestPublisher::publish(hooks::Ticket ticket) {
    Reservation reservation = std::move(*reservation_);
    reservation_.reset();
    FetchedBy fetchedBy;
    if (claimant_ == Claimant::Capture) fetchedBy.capture = std::make_shared<config::CaptureConfig>();
    if (claimant_ == Claimant::Pull) fetchedBy.node = "other";
    publication_ = registry_.publish(
        std::move(ticket), std::move(reservation), gate_.runner.loop(),
        std::make_shared<config::VhostConfig>(promptVhost()),
        [this](const std::string& reason) {
            evictedBy_ = reason;
            publication_.reset();
        },
        std::move(fetchedBy));
}

void TestPublisher::write(media::FrameKind kind, media::FrameRole role, std::uint32_t ms, const std::string& body) {
    gate_.runner.run([&] { publication_->write(kind, role, ms, base::Bytes(body.begin(), body.end())); });
}

TestPlayer::TestPlayer(support::HookGate& gate, StreamRegistry& registry, const WireFormat& format,
                       const hooks::StreamKey& key)
    : gate_(gate) {
    auto ticket = std::make_shared<hooks::Ticket>(freeTicket(gate, hooks::HookAction::Play, key));
    gate_.runner.run(
        [&] { playback_ = registry.play(std::move(*ticket), gate_.runner.loop(), format, subscriber, promptVhost()); });
}

TestPlayer::~TestPlayer() {
    leave();
}

void TestPlayer::leave() {
    gate_.runner.run([&] { playback_.reset(); });
}

void TestPlayer::giveRoom() {
    gate_.runner.run([&] {
        subscriber.room = support::MockSubscriber::kEndless;
        playback_->resume();
    });
}

std::string TestPlayer::got() {
    return gate_.runner.run([&] { return std::exchange(subscriber.taken, {}); });
}

} // namespace hookcast::hub
