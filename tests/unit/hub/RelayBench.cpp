#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace hookcast::hub {

hooks::Ticket freeTicket(support::HookGate& gate, hooks::HookAction action, const hooks::StreamKey& key) {
    support::LoopEvent given(gate.runner);
    std::optional<hooks::Ticket> ticket;
    hooks::PendingAdmission pending;
    gate.runner.run([&] {
        const auto lane =
            gate.admission.openLane(gate.runner.loop(), std::make_shared<config::VhostConfig>(), "rtmp-7");
        pending =
            gate.admission.request(lane, support::eventAbout(action, key), [&](base::Result<hooks::Ticket> result) {
                ticket.emplace(result.take());
                pending.release();
                given.happen();
            });
    });
    EXPECT_TRUE(given.wait());
    return std::move(*ticket);
}

Player::Player(support::HookGate& gate, std::shared_ptr<Relay> relay, const PlaybackLimits& limits, std::size_t room)
    : gate_(gate) {
    auto ticket = std::make_shared<std::optional<hooks::Ticket>>(freeTicket(gate));
    gate_.runner.run([&] {
        subscriber.room = room;
        playback_ = std::make_unique<Playback>(std::move(**ticket), std::move(relay), subscriber, limits, true);
    });
}

Player::~Player() {
    leave();
}

void Player::leave() {
    gate_.runner.run([&] { playback_.reset(); });
}

void Player::giveRoom(std::size_t bytes) {
    with([&](Playback& playback) {
        subscriber.room = bytes;
        playback.resume();
    });
}

void Player::interject(const std::string& text) {
    with([&](Playback& playback) { playback.interject(base::asBytes(text)); });
}

std::string Player::got() {
    return gate_.runner.run([&] { return std::exchange(subscriber.taken, {}); });
}

std::uint64_t Player::jumps() {
    return with([](Playback& playback) { return playback.jumps(); });
}

RelayBench::RelayBench(const LogLimits& logLimits, const std::string& logFile) : gate(logFile) {
    relay = std::make_shared<Relay>(gate.runner.loop(), hooks::StreamKey{"v", "live", "one"}, logLimits,
                                    [this] { emptied.happen(); });
}

RelayBench::~RelayBench() = default;

void RelayBench::begin() {
    gate.runner.run([&] { relay->begin(++epoch, source.snapshot()); });
}

void RelayBench::grow() {
    gate.runner.run([&] { relay->grow(epoch, source.news()); });
}

void RelayBench::end() {
    gate.runner.run([&] { relay->end(epoch); });
}

std::size_t RelayBench::logBytes() {
    return gate.runner.run([&] { return relay->log().sizeBytes(); });
}

std::unique_ptr<Player> RelayBench::player(std::size_t room) {
    return std::make_unique<Player>(gate, relay, limits, room);
}

} // namespace hookcast::hub
