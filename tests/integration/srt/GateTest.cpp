#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Refusal.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <srt/access_control.h>

#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kServesSrt = "srt { enabled on; }";

/// What makes a client ask for an opening.
std::string streamIdFor(const std::string& opening) {
    return opening == "on_play" ? "#!::r=live/show?key=1,m=request" : "#!::r=live/show?key=1,m=publish";
}

TEST(SrtGate, TheBackendHearsOfAllThatHappens) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)));
    const std::string publishId = "#!::h=any.name,r=live/show?token=abc,m=publish,u=studio";
    SrtClient player(port.number(), "#!::r=live/show?key=player,m=request");
    ASSERT_TRUE(player.connected());
    server.waitForLog("plays __defaultVhost__/live/show");
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "mpegts", port.url(publishId, "&linger=5")});
    player.receive(100'000);
    player.expectClosed(); // the publisher has left
    backend.waitForCall("on_close", 2);
    server.stop();

    const HookCall publish = withAction(backend.calls(), "on_publish").at(0);
    EXPECT_EQ(publish.text("ip"), "127.0.0.1");
    EXPECT_EQ(publish.text("vhost"), "__defaultVhost__");
    EXPECT_EQ(publish.text("app"), "live");
    EXPECT_EQ(publish.text("stream"), "show");
    EXPECT_EQ(publish.text("tcUrl"), fmt::format("srt://127.0.0.1:{}/live", port.number()));
    const HookCall play = withAction(backend.calls(), "on_play").at(0);
    EXPECT_EQ(publish.text("param"), "?token=abc&u=studio");
    EXPECT_EQ(play.text("param"), "?key=player");
    EXPECT_EQ(withAction(backend.calls(), "on_connect").at(0).text("param"), "?key=player");
    const HookCall unpublish = withAction(backend.calls(), "on_unpublish").at(0);
    EXPECT_EQ(unpublish.text("param"), publish.text("param"));
    EXPECT_GT(unpublish.number("recv_bytes"), 100'000);
    EXPECT_GT(withAction(backend.calls(), "on_stop").at(0).number("send_bytes"), 100'000);
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
    EXPECT_EQ(server.log().count("abc"), 0U) << "a secret is not logged";
}

TEST(SrtGate, TheBackendIsToldByFormsWhereTheVhostWantsThem) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + notifyTo(backend, "protocols srt;")));
    const std::string streamId = "#!::r=live/show?key=1,m=publish";
    {
        const SrtClient publisher(port.number(), streamId);
        server.waitForLog("publishes __defaultVhost__/live/show");
    }
    backend.waitForCall("notify done");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"));
    for (const HookCall& call : backend.calls()) {
        EXPECT_EQ(call.text("protocol"), "srt");
        EXPECT_EQ(call.text("addr"), "127.0.0.1");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("name"), "show");
        EXPECT_EQ(call.text("url"), fmt::format("srt://127.0.0.1:{}?streamid={}", port.number(), streamId));
    }
}

TEST(SrtGate, TheQueryArrivesByteForByte) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)));
    const SrtClient publisher(port.number(), "#!::h=any.name,r=live/show?token=a%20b&c=d+e/f,m=publish,u=studio");
    ASSERT_TRUE(publisher.connected());
    EXPECT_EQ(backend.waitForCall("on_publish").text("param"), "?token=a%20b&c=d+e/f&u=studio");
    EXPECT_EQ(backend.waitForCall("on_connect").text("param"), "?token=a%20b&c=d+e/f&u=studio");
}

class SrtRefusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {};

TEST_P(SrtRefusals, CloseTheAcceptedConnection) {
    const auto& [opening, refusal] = GetParam();
    RefusingBackend refusing(opening, refusal);
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + refusing.hooks()));

    const SrtClient client(port.number(), streamIdFor(opening));
    EXPECT_TRUE(client.connected());
    client.expectClosed();
    server.stop();

    EXPECT_EQ(actionsOf(refusing.backend().calls()), refusing.expectedCalls());
    ASSERT_THAT(server.closedLines(), SizeIs(1));
    EXPECT_THAT(server.closedLines().front(), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr(refusal.reason));
}

INSTANTIATE_TEST_SUITE_P(Hooks, SrtRefusals,
                         testing::Combine(testing::ValuesIn(kOpenings), testing::ValuesIn(allRefusals())),
                         [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param).name; });

struct Rejected {
    const char* streamId;
    int code;
    const char* reason; ///< in the log
};

std::ostream& operator<<(std::ostream& out, const Rejected& rejected) {
    return out << rejected.streamId;
}

class SrtRejected : public testing::TestWithParam<Rejected> {};

TEST_P(SrtRejected, IsToldSoDuringTheHandshake) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)) +
                          vhost("rtmp.only", hooksTo(backend)) + vhost("off", "enabled off; srt { enabled on; }"));
    const auto publisher = startPublisher(server.port(), "busy");
    const SrtClient client(port.number(), GetParam().streamId);
    EXPECT_EQ(client.rejectReason(), GetParam().code);
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr(GetParam().reason));
    server.stop();
    EXPECT_EQ(server.log().count("] refused: "), 1U);
    EXPECT_THAT(withAction(backend.calls(), "on_connect"), SizeIs(1)) << "the backend is not asked";
}

INSTANTIATE_TEST_SUITE_P(Reasons, SrtRejected,
                         testing::Values(Rejected{"#!::r=", SRT_REJX_BAD_REQUEST, "names no stream"},
                                         Rejected{"#!::r=live/a,m", SRT_REJX_BAD_REQUEST, "no key=value"},
                                         Rejected{"#!:{r: live/a}", SRT_REJX_BAD_REQUEST, "only #!:: is known"},
                                         Rejected{"#!::r=live/a,m=bidirectional", SRT_REJX_BAD_MODE,
                                                  "neither publish nor request"},
                                         Rejected{"#!::r=live/a,t=file", SRT_REJX_NOTSUP_MEDIA, "t=stream"},
                                         Rejected{"#!::h=rtmp.only,r=live/a", SRT_REJX_FORBIDDEN, "does not serve SRT"},
                                         Rejected{"#!::h=off,r=live/a", SRT_REJX_FORBIDDEN, "is disabled"},
                                         Rejected{"#!::r=live/busy,m=publish", SRT_REJX_CONFLICT,
                                                  "somebody publishes __defaultVhost__/live/busy already"}));

TEST(SrtGate, AVhostThatDoesNotExistIsRejected) {
    SrtPort port;
    HookcastServer server(port.server() + vhost("known", kServesSrt));
    EXPECT_EQ(SrtClient(port.number(), "#!::h=unknown,r=live/a").rejectReason(), SRT_REJX_HOSTNOTFOUND);
    EXPECT_TRUE(SrtClient(port.number(), "#!::h=known,r=live/a").connected());
}

TEST(SrtGate, BeyondMaxConnectionsCallersAreRejected) {
    SrtPort port;
    HookcastServer server("max_connections 2;" + port.server() + defaultVhost(kServesSrt));
    const auto player = startPlayer(server.port(), "a");
    const SrtClient first(port.number(), "live/a");
    EXPECT_TRUE(first.connected());
    server.waitForLog("plays __defaultVhost__/live/a", 2);
    EXPECT_EQ(SrtClient(port.number(), "live/a").rejectReason(), SRT_REJX_OVERLOAD);
    server.waitForLog("max_connections 2 is reached");
}

TEST(SrtGate, ANameIsFreeAgainWhenItsPublisherHasLeft) {
    MockBackend backend;
    SrtPort port;
    HookcastServer server(port.server() + defaultVhost(kServesSrt + hooksTo(backend)));
    {
        const SrtClient publisher(port.number(), "#!::r=live/a,m=publish");
        server.waitForLog("publishes __defaultVhost__/live/a");
        EXPECT_EQ(SrtClient(port.number(), "#!::r=live/a,m=publish").rejectReason(), SRT_REJX_CONFLICT);
    }
    backend.waitForCall("on_close");
    const SrtClient next(port.number(), "#!::r=live/a,m=publish");
    EXPECT_TRUE(next.connected());
    server.waitForLog("publishes __defaultVhost__/live/a", 2);
}

TEST(SrtGate, APlayerOfAStreamThatPausesGetsItsNewestPicture) {
    const SrtPort port;
    const HookcastServer server(port.server() + defaultVhost("srt { enabled on; }"));
    RtspPublisher publisher(server.rtspPort());
    for (int timeMs = 0; timeMs < 800; timeMs += 40) publisher.send(true, timeMs);
    publisher.sync();
    for (int i = 0; i < 3; ++i) SrtClient(port.number(), "live/show").receiveMessage();
}

TEST(SrtGate, TheSecretOpensAndAnotherDoesNot) {
    SrtPort port;
    HookcastServer server(port.server("passphrase 0123456789abc; pbkeylen 32;") + defaultVhost(kServesSrt));
    EXPECT_EQ(SrtClient(port.number(), "live/a", {.passphrase = "wrong-but-long-enough"}).rejectReason(),
              SRT_REJ_BADSECRET);
    server.waitForLog("[warn][libsrt] interpretSrtHandshake: KMREQ");
    EXPECT_EQ(SrtClient(port.number(), "live/a").rejectReason(), SRT_REJ_UNSECURE);

    const SrtClient player(port.number(), "live/a", {.passphrase = "0123456789abc"});
    ASSERT_TRUE(player.connected());
    server.waitForLog("plays __defaultVhost__/live/a");
    const std::string url = port.url("#!::r=live/a,m=publish", "&linger=5&passphrase=0123456789abc");
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "mpegts", url});
    player.receive(100'000);
    server.stop();
    EXPECT_EQ(server.log().text().find("0123456789abc"), std::string::npos) << "a secret is not logged";
}

} // namespace
} // namespace hookcast::integration
