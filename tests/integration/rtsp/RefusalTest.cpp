#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";
constexpr const char* kTransport = "RTP/AVP/TCP;unicast;interleaved=0-1";

/// A way to refuse.
struct Refusal {
    const char* name;
    const char* reply;  ///< of the mock's rule for the asked URL; empty: nobody is there
    const char* reason; ///< part of the log line
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.name;
}

const std::vector<Refusal> kRefusals = {
    {"NotFound", R"({"status":404})", "status 404"},
    {"InternalServerError", R"({"status":500})", "status 500"},
    {"Redirect", R"({"status":301,"headers":{"Location":"/api/v1/clients?followed"}})", "status 301"},
    {"NoContent", R"({"status":204})", "status 204"},
    {"One", R"({"body":"1"})", "neither 0 nor a JSON object"},
    {"Empty", R"({"body":""})", "the answer is empty"},
    {"QuotedZero", R"({"body":"\"0\""})", "neither 0 nor a JSON object"},
    {"CodeOne", R"({"body":"{\"code\":1}"})", "the answer's code is 1"},
    {"Html", R"({"body":"<html><body>0</body></html>"})", "neither 0 nor a JSON object"},
    {"Hang", R"({"delay_ms":600000})", "timed out"},
    {"Dropped", R"({"drop":true})", ""},
    {"ConnectionRefused", "", ""},
};

class RtspRefusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {
  protected:
    RtspRefusals() : opening_(std::get<0>(GetParam())), refusal_(std::get<1>(GetParam())) {
        if (*refusal_.reply == '\0') return;
        // Only the client that is to be refused asks about this stream.
        backend_.addRule(
            fmt::format(R"({{"match":{{"path":"/asked","param":"?refused"}},"reply":{}}})", refusal_.reply));
    }

    std::string asked() const {
        return *refusal_.reply == '\0' ? fmt::format("http://127.0.0.1:{}/asked", deadPort_.number())
                                       : backend_.url("/asked");
    }

    /// The status that the client gets for the request that the backend refuses.
    int statusOf(const HookcastServer& server, RtspClient& client) const {
        const std::string url = server.rtspUrl("live/show?refused");
        if (opening_ == "on_connect") return client.request("DESCRIBE", url).status;
        if (opening_ == "on_publish") {
            client.require("ANNOUNCE", url, {}, avcSdp());
            client.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
            return client.request("RECORD", url).status;
        }
        client.require("DESCRIBE", url);
        client.require("SETUP", url + "/trackID=0", {{"Transport", kTransport}});
        return client.request("PLAY", url).status;
    }

    std::string opening_;
    Refusal refusal_;
    FreePort deadPort_; ///< nobody listens here
    MockBackend backend_;
};

TEST_P(RtspRefusals, AreAnswered403AndCloseTheConnection) {
    // A loaded machine needs its time for the answers that are meant to come.
    const char* timeout = std::string(refusal_.name) == "Hang" ? "timeout 1.5;" : "timeout 30;";
    HookcastServer server(defaultVhost(kPatient + hooksWith(backend_, opening_, asked(), timeout)));
    std::unique_ptr<RtspPublisher> publisher;
    if (opening_ == "on_play") {
        publisher = std::make_unique<RtspPublisher>(server.rtspPort());
        publisher->send(true, 0);
        publisher->sync();
    }
    RtspClient client(server.rtspPort());

    EXPECT_EQ(statusOf(server, client), 403);

    client.expectClosed();
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("verdict=refused"), HasSubstr(refusal_.reason));
    server.stop();
    EXPECT_THAT(server.closedLines(), SizeIs(publisher == nullptr ? 1 : 2));
    // What was admitted before is closed; what was refused is not.
    EXPECT_EQ(withAction(backend_.calls(), closingOf(opening_)).size(), 0U);
    EXPECT_EQ(withAction(backend_.calls(), "on_close").size(),
              opening_ == "on_connect" ? 0U : (publisher == nullptr ? 1U : 2U));
}

INSTANTIATE_TEST_SUITE_P(Hooks, RtspRefusals,
                         testing::Combine(testing::Values("on_connect", "on_publish", "on_play"),
                                          testing::ValuesIn(kRefusals)),
                         [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param).name; });

class RtspOpenings : public testing::TestWithParam<std::string> {};

TEST_P(RtspOpenings, ThatAreRefusedEndFfmpegWithAnError) {
    MockBackend backend;
    backend.addRule(
        fmt::format(R"({{"match":{{"action":"{}","param":"?refused"}},"reply":{{"status":403}}}})", GetParam()));
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const std::string url = server.rtspUrl(GetParam() == "on_play" ? "live/show?refused" : "live/other?refused");
    const std::vector<std::string> push = {"-re", "-i",   h264AacClip(),     "-c",  "copy",
                                           "-f",  "rtsp", "-rtsp_transport", "tcp", url};
    const std::vector<std::string> play = {"-rtsp_transport", "tcp", "-i", url, "-f", "null", "-"};
    FfmpegRun ffmpeg(GetParam() == "on_play" ? play : push);
    EXPECT_NE(ffmpeg.waitForExit(), 0);
    EXPECT_THAT(ffmpeg.messages(), HasSubstr("403"));
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook: status 403"));
}

INSTANTIATE_TEST_SUITE_P(Hooks, RtspOpenings, testing::Values("on_connect", "on_publish", "on_play"),
                         [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
