#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kServesSrt = "srt { enabled on; }";

ChildProcess::Command ffmpegPush(const std::string& url) {
    return {{"ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy",
             "-f", "mpegts", url},
            {},
            {}};
}

TEST(SrtEnding, APublisherThatIsKilledIsGoneAfterPeerIdleTimeout) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server("peer_idle_timeout 1500;") +
                          defaultVhost(kServesSrt + hooksTo(backend) + "publish { normal_timeout 60000; }"));
    const ChildProcess publisher(ffmpegPush(port.publishUrl("show")));
    const SrtClient player(port.number(), "live/show");
    player.receive(20'000);
    publisher.signal(SIGKILL);
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("silent for peer_idle_timeout"));
    player.expectClosed();
    backend.waitForCall("on_close", 2);
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
    // The name is free.
    EXPECT_TRUE(SrtClient(port.number(), "#!::r=live/show,m=publish").connected());
}

TEST(SrtEnding, APublisherThatSendsNothingIsClosed) {
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(std::string(kServesSrt) + "publish { firstpkt_timeout 300; }"));
    const SrtClient publisher(port.number(), "#!::r=live/show,m=publish");
    publisher.expectClosed();
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("firstpkt_timeout"));
}

TEST(SrtEnding, WhatIsNoTransportStreamEndsThePublication) {
    SrtPort port;
    HookcastServer server("limits { message_size 65536; }" + port.server() + defaultVhost(kServesSrt));
    const SrtClient publisher(port.number(), "#!::r=live/show,m=publish");
    publisher.send(base::Bytes(100'000, 0x11));
    publisher.expectClosed();
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("more than message_size of the transport stream"));
    server.stop();
    EXPECT_THAT(server.closedLines(), SizeIs(1));
}

TEST(SrtEnding, NoiseThatMightBecomeATransportStreamIsMediaThatDoesNotCome) {
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(std::string(kServesSrt) + "publish { firstpkt_timeout 1000; }"));
    const SrtClient publisher(port.number(), "#!::r=live/show,m=publish");
    publisher.send(noise(500'000, 1));
    publisher.expectClosed();
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("firstpkt_timeout"));
}

TEST(SrtEnding, APlayerThatSendsIsClosed) {
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt));
    const SrtClient player(port.number(), "live/show");
    player.send(noise(1316, 1));
    player.expectClosed();
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("a player that sends media"));
}

TEST(SrtEnding, APlayerThatReadsNothingIsClosedAfterSendTimeout) {
    SrtPort port;
    HookcastServer server(port.server("sendbuf 65536;") +
                          "vhost __defaultVhost__ { srt { enabled on; } play { mw_latency 0; send_timeout 500; } }");
    const SrtClient player(port.number(), "live/show",
                           {.passphrase = "", .receiveBufferBytes = 32 * 1456, .dropsTooLate = false});
    server.waitForLog("plays __defaultVhost__/live/show");
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show")});
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("took nothing for the send timeout"));
}

TEST(SrtEnding, WhoLeavesAtOnceIsMissedAtOnce) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)));
    constexpr std::size_t kClients = 20;
    for (std::size_t i = 0; i < kClients; ++i)
        SrtClient(port.number(), fmt::format("#!::r=live/s{},m={}", i, i % 2 == 0 ? "request" : "publish")).close();
    server.waitForLog("] closed: ", kClients);
    EXPECT_THAT(server.closedLines("the peer has left"), SizeIs(kClients));
    server.stop();
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
    EXPECT_EQ(server.log().count("libsrt"), 0U);
}

TEST(SrtEnding, TheEndOfTheServerClosesEverySession) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)));
    const SrtClient publisher(port.number(), "#!::r=live/show,m=publish");
    const SrtClient player(port.number(), "live/show");
    const SrtClient waiting(port.number(), "live/other");
    server.waitForLog("publishes __defaultVhost__/live/show");
    server.waitForLog("plays __defaultVhost__/live/", 2);
    server.stop();
    publisher.expectClosed();
    player.expectClosed();
    const Ledger ledger = settle(backend.calls());
    EXPECT_THAT(ledger.mistakes, IsEmpty());
    EXPECT_EQ(ledger.admitted, 6U);
    EXPECT_EQ(ledger.closed, 6U);
}

/// A client's whole life, of which number `i` decides.
void live(const SrtPort& port, std::size_t i) {
    static const std::array<const char*, 4> kIds = {"#!::r=live/{},m=publish", "#!::r=live/{}", "#!::r=refused/{}",
                                                    "#!::r=live/same,m=publish"};
    const std::string name = fmt::format("s{}", i);
    SrtClient client(port.number(), fmt::format(fmt::runtime(kIds.at(i % kIds.size())), name));
    if (i % 3 == 0) client.send(noise(5000, static_cast<unsigned>(i)));
    // Two of three leave whatever is under way.
    if (i % 3 == 1 && client.connected() && i % 4 == 2) client.expectClosed();
}

TEST(SrtEnding, OpeningsEqualClosings) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_play","app":"refused"},"reply":{"status":403}})");
    SrtPort port;
    HookcastServer server(port.server("peer_idle_timeout 2000;") + defaultVhost(kServesSrt + hooksTo(backend)));
    constexpr std::size_t kClients = 120;
    constexpr std::size_t kWorkers = 6;
    std::vector<std::thread> workers;
    for (std::size_t worker = 0; worker < kWorkers; ++worker)
        workers.emplace_back([&port, worker] {
            for (std::size_t i = worker; i < kClients; i += kWorkers) live(port, i);
        });
    for (std::thread& worker : workers) worker.join();
    server.stop();
    const Ledger ledger = settle(backend.calls());
    EXPECT_THAT(ledger.mistakes, IsEmpty());
    EXPECT_GT(ledger.admitted, kClients / 2);
    EXPECT_EQ(ledger.admitted, ledger.closed);
}

} // namespace
} // namespace hookcast::integration
