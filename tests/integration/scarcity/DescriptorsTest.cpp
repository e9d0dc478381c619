// A machine that has no descriptor left: for a client, a listener, a recording, a hook call, a program, a pair of
// ports.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/Scarcity.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TcpClient.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/UdpPortPair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";

/// A server of all protocols, with somebody who minds his own business.
class NoDescriptorsLeft : public testing::Test {
  protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
        // It takes a pipe to look whether memory may be read, and without one calls objects that it meets invalid.
        GTEST_SKIP() << "the sanitizer of undefined behaviour needs descriptors itself";
#endif
    }

    /// `vhost` stands in the vhost, `config` at the top level.
    std::string config(std::string_view vhost = "", std::string_view config = "") const {
        return fmt::format("srs_log_level info;\nhttp_server {{ enabled on; listen 127.0.0.1:{}; }}\n{}\n{}{}",
                           httpPort_.number(), srtPort_.server(), config,
                           defaultVhost(fmt::format("srt {{ enabled on; }} {}{}", kPatient, vhost)));
    }

    void start(std::string_view vhost = "") {
        server_.emplace(config(vhost));
        bystanders_.emplace(*server_);
    }

    FreePort httpPort_;
    SrtPort srtPort_;
    TempFolder folder_;
    std::optional<HookcastServer> server_;
    std::optional<Bystanders> bystanders_;
};

TEST_F(NoDescriptorsLeft, WhoComesMeanwhileIsLetInAfterwards) {
    start();
    std::optional<FewDescriptors> few(*server_);
    // The system's backlog has taken them.
    RtmpClient rtmp(server_->port());
    RtspClient rtsp(server_->rtspPort());
    TcpClient http(httpPort_.number());
    for (const std::uint16_t port : {server_->port(), server_->rtspPort(), httpPort_.number()})
        server_->waitForLog(fmt::format("[listen 127.0.0.1:{}] cannot accept (1 times): Too many open files", port));
    bystanders_->expectToGoOn();
    // A connection of SRT takes none.
    EXPECT_TRUE(SrtClient(srtPort_.number(), "#!::r=live/show,m=request").connected());
    few.reset();
    rtmp.shakeHands();
    EXPECT_EQ(rtsp.request("OPTIONS", server_->rtspUrl("live/show")).status, 200);
    http.send(base::asBytes("GET /none HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(http.receive());
    bystanders_->expectToGoOn();
    EXPECT_EQ(server_->log().count("cannot accept (1 times)"), 3U) << "one line each";
    server_->stop();
}

/// The first time for the file of the configuration, the second time for the new ports.
TEST_F(NoDescriptorsLeft, AReloadThatNeedsThemChangesNothing) {
    start();
    const std::string next = config();
    {
        const FewDescriptors few(*server_);
        EXPECT_THAT(server_->reload(next), HasSubstr("] not reloaded: "));
    }
    {
        const FewDescriptors few(*server_, 1);
        const FreePort http;
        const SrtPort srt;
        EXPECT_THAT(server_->reload(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n{}\n{}",
                                                http.number(), srt.server(), defaultVhost(kPatient))),
                    HasSubstr("cannot listen"));
        TcpClient waits(server_->port());
        server_->waitForLog("cannot accept (1 times)");
        bystanders_->expectToGoOn();
    }
    EXPECT_EQ(server_->log().count("not reloaded"), 2U);
    EXPECT_THAT(server_->reload(next), HasSubstr("] reloaded"));
    connectClient(server_->port());
    EXPECT_TRUE(SrtClient(srtPort_.number(), "#!::r=live/show,m=request").connected());
    bystanders_->expectToGoOn();
    server_->stop();
}

TEST_F(NoDescriptorsLeft, ARecordingIsRefusedOnceAndTheNextIsThere) {
    start(fmt::format("dvr {{ enabled on; dvr_apply live/one live/two; dvr_path {}/[stream].flv; }}",
                      folder_.path().string()));
    const auto player = startPlayer(server_->port(), "one");
    const auto one = connectClient(server_->port());
    const auto two = connectClient(server_->port());
    const auto publish = [](RtmpClient& client, std::string_view stream) {
        client.createStream();
        ASSERT_EQ(client.publish(stream).level, "status");
        client.send(metadata(320, 180));
        client.send(avcConfig(0));
        for (unsigned i = 0; i < 100; ++i) client.send(avcKeyframe(i * 40, 500, i));
        client.sync();
    };
    {
        const FewDescriptors few(*server_);
        publish(*one, "one");
        EXPECT_THAT(server_->waitForLog("live/one is not recorded: cannot create"), HasSubstr("Too many open files"));
        player->expectMedia(102);
        bystanders_->expectToGoOn();
    }
    publish(*two, "two");
    two->tcp().close();
    server_->waitForLog("recorded __defaultVhost__/live/two to ");
    server_->stop();
    EXPECT_EQ(server_->log().count("is not recorded"), 1U);
    EXPECT_TRUE(std::filesystem::exists(folder_.file("two.flv")));
}

TEST_F(NoDescriptorsLeft, AHookThatCannotBeAskedRefuses) {
    MockBackend backend;
    server_.emplace(config("", vhost("asks.com", hooksTo(backend))));
    bystanders_.emplace(*server_);
    RtmpClient client(server_->port());
    client.shakeHands();
    {
        const FewDescriptors few(*server_);
        EXPECT_EQ(client.connect(requestFor(server_->port(), "live?vhost=asks.com")).level, "error");
        bystanders_->expectToGoOn();
    }
    client.expectClosed();
    EXPECT_THAT(server_->closedLines("connect refused", 1), SizeIs(1));
    EXPECT_THAT(backend.calls(), IsEmpty());
    connectClient(server_->port(), "live?vhost=asks.com");
    backend.waitForCall("on_connect");
    server_->stop();
}

TEST_F(NoDescriptorsLeft, AProgramRunsWhenThereAreSome) {
    start("exec { enabled on; publish sleep 600; }");
    const auto publisher = connectClient(server_->port());
    publisher->createStream();
    const std::size_t from = server_->log().count();
    {
        const FewDescriptors few(*server_);
        ASSERT_EQ(publisher->publish("given").level, "status");
        EXPECT_THAT(server_->waitForLog("live/given: sleep ended", 1, from),
                    HasSubstr("Too many open files; again in"));
        bystanders_->expectToGoOn();
    }
    server_->waitForLog("live/given: sleep runs", 1, from);
    EXPECT_EQ(server_->log().count("live/given: sleep ended: Too many open files; again in 1000 ms"), 1U);
    server_->stop();
}

TEST_F(NoDescriptorsLeft, APairOfPortsIsRefusedAndTcpIsNot) {
    start();
    RtspPublisher publisher(server_->rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const std::string url = server_->rtspUrl("live/show");
    const UdpPortPair ports;
    RtspClient client(server_->rtspPort());
    client.require("DESCRIBE", url);
    {
        // One of the two is not enough.
        for (const std::size_t more : {0U, 1U}) {
            const FewDescriptors few(*server_, more);
            EXPECT_EQ(client.request("SETUP", url + "/trackID=0", {{"Transport", ports.transport()}}).status, 503);
        }
        const FewDescriptors few(*server_);
        client.require("SETUP", url + "/trackID=0", {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}});
        client.require("PLAY", url);
        publisher.send(true, 40);
        client.expectFrame();
        bystanders_->expectToGoOn();
    }
    EXPECT_EQ(server_->log().count("no UDP sockets: I/O error: Too many open files"), 1U) << "once for a client";
    server_->stop();
}

} // namespace
} // namespace hookcast::integration
