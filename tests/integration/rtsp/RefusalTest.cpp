#include "support/Refusal.h"
#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";
constexpr const char* kTransport = "RTP/AVP/TCP;unicast;interleaved=0-1";

class RtspRefusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {
  protected:
    /// Only the client that is to be refused asks about this stream with `?refused`.
    RtspRefusals()
        : opening_(std::get<0>(GetParam())), refusal_(std::get<1>(GetParam())),
          refusing_(opening_, refusal_, R"("param":"?refused",)") {}

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

    /// What the backend has heard of that client.
    HookCalls callsOfTheRefused() {
        HookCalls calls = refusing_.backend().calls();
        const auto first = std::ranges::find_if(
            calls, [](const HookCall& call) { return call.has("param") && call.text("param") == "?refused"; });
        if (first == calls.end()) return {};
        const std::int64_t client = first->number("client_id");
        std::erase_if(calls, [client](const HookCall& call) { return call.number("client_id") != client; });
        return calls;
    }

    std::string opening_;
    Refusal refusal_;
    RefusingBackend refusing_;
};

TEST_P(RtspRefusals, AreAnswered403AndCloseTheConnection) {
    HookcastServer server(defaultVhost(kPatient + refusing_.hooks()));
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
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr(refusal_.reason));
    server.stop();
    EXPECT_THAT(server.closedLines(), SizeIs(publisher == nullptr ? 1 : 2));
    // What was admitted before is closed; what was refused is not.
    EXPECT_EQ(actionsOf(callsOfTheRefused()), refusing_.expectedCalls());
}

INSTANTIATE_TEST_SUITE_P(Hooks, RtspRefusals,
                         testing::Combine(testing::ValuesIn(kOpenings), testing::ValuesIn(allRefusals())),
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
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("reason=\"HTTP status 403\""));
}

INSTANTIATE_TEST_SUITE_P(Hooks, RtspOpenings, testing::ValuesIn(kOpenings),
                         [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
