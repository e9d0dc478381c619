#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Amf;

constexpr std::size_t kSessions = 1000;
constexpr std::size_t kWorkers = 8;

/// Sessions that are still there, in whatever state, when the server is told to stop.
constexpr std::size_t kStopped = 60;

std::unique_ptr<RtmpClient> shakenClient(std::uint16_t port) {
    auto client = std::make_unique<RtmpClient>(port);
    client->shakeHands();
    return client;
}

void sendConnect(RtmpClient& client, std::uint16_t port, const std::string& app) {
    const Amf object = Amf::object({{"app", Amf::string(app)}, {"tcUrl", Amf::string(requestFor(port, app).tcUrl)}});
    client.sendCommand("connect", client.nextTransaction(), {object});
}

void sendStreamCommand(RtmpClient& client, const char* command, const std::string& stream) {
    client.sendCommand(command, client.nextTransaction(), {Amf::null(), Amf::string(stream)}, 1);
}

std::unique_ptr<RtmpClient> connected(std::uint16_t port) {
    auto client = connectClient(port);
    client->createStream();
    return client;
}

/// Everything is read before the end of what the client sends: what was asked for is dealt with.
void leaveInOrder(RtmpClient& client) {
    client.tcp().finishSending();
    client.expectClosed();
}

/// One way for a session to go, from its first byte to its last. `name` is a stream name that nobody else uses.
using Way = std::function<void(std::uint16_t port, const std::string& name)>;

void publishAndLeaveCleanly(std::uint16_t port, const std::string& name) {
    const auto client = startPublisher(port, name);
    client->send(avcKeyframe(0));
    client->sendCommand("FCUnpublish", client->nextTransaction(), {Amf::null(), Amf::string(name)});
    client->sendCommand("deleteStream", client->nextTransaction(), {Amf::null(), Amf::number(1)});
    leaveInOrder(*client);
}

void playAndLeaveCleanly(std::uint16_t port, const std::string& name) {
    const auto client = startPlayer(port, name);
    client->sendCommand("closeStream", 0, {Amf::null()}, 1);
    leaveInOrder(*client);
}

void publishTwiceAndBeKilled(std::uint16_t port, const std::string& name) {
    const auto client = startPublisher(port, name);
    client->sendCommand("deleteStream", 0, {Amf::null(), Amf::number(1)});
    client->createStream();
    client->publish(name + "-again");
    client->tcp().reset();
}

void publishAndSendNonsense(std::uint16_t port, const std::string& name) {
    const auto client = startPublisher(port, name);
    client->send({0, rtmp::MessageType::SetChunkSize, 0, 2, {0, 0, 0, 0}});
    client->expectClosed();
}

void beRefused(std::uint16_t port, const char* command, const std::string& name) {
    const auto client = connected(port);
    sendStreamCommand(*client, command, "bad-" + name);
    client->expectClosed();
}

/// The backend takes its time, and the client does not wait: what it asked for is under way when it leaves.
void leaveWhilePending(std::uint16_t port, const char* command, const std::string& name) {
    const auto client = connected(port);
    sendStreamCommand(*client, command, "slow-" + name);
    leaveInOrder(*client);
}

const std::array<Way, 16> kWays = {
    publishAndLeaveCleanly,
    playAndLeaveCleanly,
    publishTwiceAndBeKilled,
    publishAndSendNonsense,
    [](std::uint16_t port, const std::string& name) { startPublisher(port, name)->tcp().reset(); },
    [](std::uint16_t port, const std::string& name) { startPlayer(port, name)->tcp().reset(); },
    [](std::uint16_t port, const std::string& name) { leaveInOrder(*startPublisher(port, name)); },
    [](std::uint16_t port, const std::string& name) { leaveInOrder(*startPlayer(port, name)); },
    [](std::uint16_t port, const std::string&) { connected(port)->tcp().reset(); },
    [](std::uint16_t port, const std::string& name) { leaveWhilePending(port, "publish", name); },
    [](std::uint16_t port, const std::string& name) { leaveWhilePending(port, "play", name); },
    [](std::uint16_t port, const std::string& name) {
        const auto client = connected(port);
        sendStreamCommand(*client, "publish", "slow-" + name);
        client->tcp().reset();
    },
    [](std::uint16_t port, const std::string&) {
        const auto client = shakenClient(port);
        sendConnect(*client, port, "slow");
        leaveInOrder(*client);
    },
    [](std::uint16_t port, const std::string&) {
        const auto client = shakenClient(port);
        sendConnect(*client, port, "bad");
        client->expectClosed();
    },
    [](std::uint16_t port, const std::string& name) { beRefused(port, "publish", name); },
    [](std::uint16_t port, const std::string& name) { beRefused(port, "play", name); },
};

/// How many sessions go one of the ways from `first` to `last`.
std::size_t countWays(std::size_t first, std::size_t last) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kSessions; ++i) count += i % kWays.size() >= first && i % kWays.size() <= last ? 1 : 0;
    return count;
}

/// The last three ways end with a refusal.
std::size_t expectedRefusals() {
    return countWays(kWays.size() - 3, kWays.size() - 1);
}

/// Those of the way before may leave before the first call about them has begun: then nobody is asked.
std::size_t fewestSessions() {
    return kSessions + kStopped - countWays(kWays.size() - 4, kWays.size() - 4);
}

/// Runs `kSessions` sessions, the ways taking turns; throws what the first failing one threw.
void runSessions(std::uint16_t port) {
    std::mutex mutex;
    std::vector<std::string> failures;
    std::vector<std::thread> workers;
    for (std::size_t worker = 0; worker < kWorkers; ++worker) {
        workers.emplace_back([&, worker] {
            for (std::size_t i = worker; i < kSessions; i += kWorkers) {
                try {
                    kWays[i % kWays.size()](port, fmt::format("stream-{}", i));
                } catch (const std::exception& e) {
                    const std::lock_guard lock(mutex);
                    failures.push_back(fmt::format("session {}, way {}: {}", i, i % kWays.size(), e.what()));
                }
            }
        });
    }
    for (std::thread& worker : workers) worker.join();
    if (!failures.empty()) throw std::runtime_error(failures.front());
}

/// Sessions of every kind that do not end by themselves.
std::vector<std::unique_ptr<RtmpClient>> openSessions(std::uint16_t port) {
    std::vector<std::unique_ptr<RtmpClient>> open;
    for (std::size_t i = 0; i < kStopped; ++i) {
        const std::string name = fmt::format("open-{}", i);
        switch (i % 6) {
        case 0: open.push_back(startPublisher(port, name)); break;
        case 1: open.push_back(startPlayer(port, name)); break;
        case 2: open.push_back(connected(port)); break;
        case 3:
            open.push_back(connected(port));
            sendStreamCommand(*open.back(), "publish", "slow-" + name);
            break;
        case 4:
            open.push_back(connected(port));
            sendStreamCommand(*open.back(), "play", "slow-" + name);
            break;
        default:
            open.push_back(shakenClient(port));
            sendConnect(*open.back(), port, "slow");
            break;
        }
    }
    return open;
}

TEST(ThousandSessions, EveryOpeningIsClosedOnceHoweverItsSessionEnds) {
    MockBackend backend;
    for (const char* field : {"app", "stream"}) {
        backend.addRule(fmt::format(R"({{"match":{{"{}":"bad*"}},"reply":{{"status":403}}}})", field));
        for (const char* action : {"on_connect", "on_publish", "on_play"})
            backend.addRule(
                fmt::format(R"({{"match":{{"{}":"slow*","action":"{}"}},"reply":{{"delay_ms":200}}}})", field, action));
    }
    HookcastServer server("limits { hook_drain 60000; }\nsrs_log_level info;\n" + defaultVhost(hooksTo(backend)));

    runSessions(server.port());
    const auto open = openSessions(server.port());
    backend.waitFor("all sessions", [](const HookCalls& calls) { return settle(calls).sessions >= fewestSessions(); });
    server.stop();

    const Ledger ledger = settle(backend.calls());
    EXPECT_THAT(ledger.mistakes, testing::IsEmpty());
    EXPECT_GE(ledger.sessions, fewestSessions());
    EXPECT_LE(ledger.sessions, kSessions + kStopped);
    EXPECT_EQ(ledger.admitted, ledger.closed);
    EXPECT_EQ(ledger.refused, expectedRefusals());
    EXPECT_EQ(server.closedLines().size(), kSessions + kStopped);
    EXPECT_EQ(server.log().count("verdict=failed"), 0U);
}

} // namespace
} // namespace hookcast::integration
