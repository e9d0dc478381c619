// trunk/doc/openapi-hooks.json says what real calls are.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/Recordings.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::IsEmpty;

class HookDocument : public testing::Test {
  protected:
    /// A client that publishes by each protocol, one that plays, a recording; all of it ended.
    void run(const std::string& hookDirectives, const std::string& notifyDirectives) {
        const std::string place = "./recordings/[app]/[stream].[timestamp].mp4";
        HookcastServer server(
            webhookTo(events_, "pulse 0.5;") +
            defaultVhost(
                hooksTo(backend_, hookDirectives + fmt::format("on_dvr {}; on_hls {};", backend_.url("/api/v1/dvrs"),
                                                               backend_.url("/api/v1/hls"))) +
                "hls { enabled on; hls_fragment 1; }" + notifyTo(backend_, notifyDirectives) + "rtsp { enabled on; }" +
                dvr(place)));
        const auto publishedBy = [&](std::string_view format, const std::string& url) {
            return FfmpegRun({"-re", "-i", h264AacClip(), "-c", "copy", "-f", std::string(format), url});
        };
        FfmpegRun rtmp = publishedBy("flv", server.url("live/one?token=1"));
        server.waitForLog("publishes __defaultVhost__/live/one");
        {
            const auto player = startPlayer(server.port(), "one");
            player->expectMedia(1);
        }
        EXPECT_EQ(rtmp.waitForExit(), 0);
        FfmpegRun rtsp = publishedBy("rtsp", server.rtspUrl("live/two"));
        EXPECT_EQ(rtsp.waitForExit(), 0);
        backend_.waitForCall("on_dvr", 2);
        backend_.waitForCall("on_hls", 2);
        backend_.waitForCall("on_close", 3);
        events_.waitForEvents("stream:dvr", 2);
        server.stop();
    }

    /// The name that the document has for a call.
    static std::string nameOf(const HookCall& call) { return call.path == "/event/" ? "events" : call.action(); }

    static Poco::Dynamic::Var bodyOf(const HookCall& call) {
        return call.path == "/event/" ? Poco::JSON::Parser().parse(call.rawBody) : Poco::Dynamic::Var(call.body);
    }

    std::set<std::string> fit() {
        std::set<std::string> seen;
        HookCalls calls = backend_.calls();
        calls.insert(calls.end(), events_.calls().begin(), events_.calls().end());
        for (const HookCall& call : calls) {
            const std::string name = nameOf(call);
            seen.insert(name);
            EXPECT_THAT(document_.webhookMisfits(name, bodyOf(call)), IsEmpty()) << call.rawBody;
            for (const auto& [header, value] : call.headers)
                EXPECT_TRUE(!header.starts_with("webhook-") || document_.hasHeader(name, header)) << header;
        }
        return seen;
    }

    MockBackend backend_;
    MockBackend events_;
    OpenApi document_{HOOKCAST_SOURCE_DIR "/trunk/doc/openapi-hooks.json"};
};

const std::set<std::string> kAll = {"on_connect",  "on_close",    "on_publish", "on_unpublish",   "on_play",
                                    "on_stop",     "on_dvr",      "on_hls",     "notify connect", "notify publish",
                                    "notify play", "notify done", "events"};

TEST_F(HookDocument, SaysWhatRealCallsAre) {
    run("", "");
    EXPECT_EQ(fit(), kAll);
}

TEST_F(HookDocument, SaysSoOfTheOtherFormsToo) {
    run("client_id string;", "notify_method GET;");
    EXPECT_EQ(fit(), kAll);
}

/// A document that fits everything would say nothing.
TEST_F(HookDocument, FitsNothingElse) {
    const auto misfits = [this](const std::string& name, const std::string& json) {
        return document_.webhookMisfits(name, Poco::JSON::Parser().parse(json)).size();
    };
    const std::string close = R"("server_id":"a","service_id":"b","client_id":1,"ip":"c","vhost":"d","app":"e",)"
                              R"("send_bytes":1,"recv_bytes":2,"duration":0.5,"reason":"f")";
    EXPECT_EQ(misfits("on_close", R"({"action":"on_close",)" + close + "}"), 0U);
    EXPECT_EQ(misfits("on_close", R"({"action":"on_stop",)" + close + "}"), 1U);
    EXPECT_EQ(misfits("on_close", R"({"action":"on_close","more":1,)" + close + "}"), 1U);
    EXPECT_EQ(misfits("on_close", R"({"action":"on_close","event_id":1,)" + close + "}"), 1U);
    EXPECT_GT(misfits("on_close", R"({"action":"on_close"})"), 5U);
    EXPECT_GT(misfits("events", R"([{"event":"stream:nothing"}])"), 0U);
    EXPECT_GT(misfits("events", R"({})"), 0U);
}

} // namespace
} // namespace hookcast::integration
