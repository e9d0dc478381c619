#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

std::vector<std::string> namesIn(const HookCall& call) {
    std::vector<std::string> names;
    const std::string text = call.method == "GET" ? call.query : call.rawBody;
    for (std::size_t at = 0; at < text.size(); at = std::min(text.find('&', at), text.size() - 1) + 1)
        names.push_back(text.substr(at, text.find('=', at) - at));
    return names;
}

/// Both methods tell the same.
class NotifyFields : public testing::TestWithParam<std::string> {
  protected:
    NotifyFields() : server_(defaultVhost(notifyTo(backend_, fmt::format("notify_method {};", GetParam())))) {
        const auto client = connectClient(server_.port());
        client->createStream();
        EXPECT_EQ(client->publish("show?key=1").level, "status");
        const auto player = connectClient(server_.port());
        player->createStream();
        EXPECT_EQ(player->play("show?key=2").level, "status");
    }

    HookCall of(const std::string& call, std::size_t nth = 1) { return backend_.waitForCall("notify " + call, nth); }

    MockBackend backend_;
    HookcastServer server_;
};

TEST_P(NotifyFields, AreTheDocumentedOnesInEveryCall) {
    const std::vector<std::string> common = {"protocol", "call", "addr", "app", "url", "name", "clientid"};
    const std::vector<std::string> ofStream = {"protocol", "call", "addr", "app", "url", "name", "tcurl", "clientid"};
    EXPECT_EQ(namesIn(of("connect")), common);
    EXPECT_EQ(namesIn(of("publish")), ofStream);
    EXPECT_EQ(namesIn(of("play")), ofStream);
    EXPECT_EQ(namesIn(of("done", 2)), common);
    server_.stop();
}

TEST_P(NotifyFields, HaveTheirValues) {
    const std::string tcUrl = fmt::format("rtmp://127.0.0.1:{}/live", server_.port());
    of("done", 2);
    for (const HookCall& call : backend_.calls()) {
        EXPECT_EQ(call.method, GetParam());
        EXPECT_EQ(call.text("protocol"), "rtmp");
        EXPECT_EQ(call.text("addr"), "127.0.0.1");
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_GT(std::stoi(call.text("clientid")), 0);
        EXPECT_EQ(call.path, "/notify/" + call.text("call"));
    }
    EXPECT_EQ(of("connect").text("url"), tcUrl);
    EXPECT_EQ(of("connect").text("name"), "");
    EXPECT_EQ(of("publish").text("url"), tcUrl + "/show?key=1");
    EXPECT_EQ(of("publish").text("tcurl"), tcUrl);
    EXPECT_EQ(of("play").text("url"), tcUrl + "/show?key=2");
    for (const char* call : {"publish", "play"}) EXPECT_EQ(of(call).text("name"), "show");
    std::set<std::string> done;
    for (const std::size_t nth : {1, 2}) {
        EXPECT_EQ(of("done", nth).text("name"), "show");
        done.insert(of("done", nth).text("url"));
    }
    EXPECT_THAT(done, ElementsAre(tcUrl + "/show?key=1", tcUrl + "/show?key=2"));
    server_.stop();
}

TEST_P(NotifyFields, TellSessionsApart) {
    of("done", 2);
    const std::string publisher = of("publish").text("clientid");
    const std::string player = of("play").text("clientid");
    EXPECT_NE(publisher, player);
    const HookCall done = of("done");
    EXPECT_EQ(done.text("clientid"), done.text("url").ends_with("key=1") ? publisher : player);
    EXPECT_NE(of("done", 2).text("clientid"), done.text("clientid"));
    server_.stop();
}

INSTANTIATE_TEST_SUITE_P(Methods, NotifyFields, testing::Values("POST", "GET"),
                         [](const auto& method) { return method.param; });

TEST(NotifyMethod, PostIsAFormBesideTheQueryOfTheUrl) {
    MockBackend backend;
    HookcastServer server(defaultVhost(
        fmt::format("http_notify {{ enabled on; on_connect {}; }}", backend.url("/notify/connect?token=1&x"))));
    connectClient(server.port());
    const HookCall call = backend.waitForCall("notify connect");
    EXPECT_EQ(call.headers.at("content-type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(call.query, "token=1&x");
    EXPECT_THAT(call.rawBody, StartsWith("protocol=rtmp&call=connect&addr=127.0.0.1&app=live&url=rtmp%3A%2F%2F"));
    server.stop();
}

TEST(NotifyMethod, GetGoesBehindTheQueryOfTheUrl) {
    MockBackend backend;
    HookcastServer server(defaultVhost(fmt::format("http_notify {{ enabled on; notify_method GET; on_connect {}; }}",
                                                   backend.url("/notify/connect?token=1&x"))));
    connectClient(server.port());
    const HookCall call = backend.waitForCall("notify connect");
    EXPECT_FALSE(call.headers.contains("content-type"));
    EXPECT_EQ(call.rawBody, "");
    EXPECT_THAT(call.query, StartsWith("token=1&x&protocol=rtmp&call=connect&"));
    EXPECT_EQ(server.log().count("token"), 0U) << "the log has no queries";
    server.stop();
}

/// What clients put behind the question mark: nothing may be lost, changed or understood on the way.
class NotifyBytes : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(NotifyBytes, ReachTheBackendAsTheyWere) {
    const auto& [method, param] = GetParam();
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend, fmt::format("notify_method {};", method))));
    const std::string tcUrl = fmt::format("rtmp://127.0.0.1:{}/live{}", server.port(), param);
    {
        RtmpClient client(server.port());
        client.shakeHands();
        ConnectRequest request = requestFor(server.port(), "live");
        request.tcUrl = tcUrl;
        EXPECT_EQ(client.connect(request).level, "status");
        client.createStream();
        EXPECT_EQ(client.publish("show" + param).level, "status");
    }
    const HookCall publish = backend.waitForCall("notify publish");
    EXPECT_EQ(publish.text("tcurl"), tcUrl);
    EXPECT_EQ(publish.text("name"), "show");
    const std::string both = param.size() > 1 ? param + "&" + param.substr(1) : "";
    const std::string url = fmt::format("rtmp://127.0.0.1:{}/live/show{}", server.port(), both);
    EXPECT_EQ(publish.text("url"), url);
    EXPECT_EQ(backend.waitForCall("notify done").text("url"), url);
    EXPECT_EQ(backend.waitForCall("notify connect").text("url"), tcUrl);
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Notify, NotifyBytes,
                         testing::Combine(testing::Values("POST", "GET"),
                                          testing::Values("?token=a%20b&x=%2F+\"", "?a=1&a=2&&b", "?",
                                                          "?x=\\u0000\t<>&'#",
                                                          "?name=Gr\xC3\xBC\xC3\x9F"
                                                          "e-\xE2\x82\xAC-\xF0\x9F\x8E\xA5",
                                                          "?sign=d2fa801d==/+%00")));

TEST(NotifyBytes, ThatAreNoTextAreEscaped) {
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend)));
    // Not in a name: those are text.
    startPublisher(server.port(), "show?\xC3=\xFF");
    const HookCall call = backend.waitForCall("notify publish");
    EXPECT_THAT(call.rawBody, testing::HasSubstr("%2Fshow%3F%C3%3D%FF&name=show&"));
    server.stop();
}

TEST(NotifyRealClients, FfmpegPublishesAndPlays) {
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend)));
    FfmpegRun push({"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server.url("live/show?token=a%20b&x=%2F+")});
    backend.waitForCall("notify publish");
    runFfmpeg({"-i", server.url("live/show?key=2"), "-frames:v", "5", "-c", "copy", "-f", "null", "-"});
    EXPECT_EQ(push.waitForExit(), 0);
    EXPECT_THAT(backend.waitForCall("notify publish").text("url"), EndsWith("/live/show?token=a%20b&x=%2F+"));
    EXPECT_THAT(backend.waitForCall("notify play").text("url"), EndsWith("/live/show?key=2"));
    backend.waitForCall("notify done", 2);
    server.stop();
    EXPECT_EQ(withAction(backend.calls(), "notify done").size(), 2U);
    EXPECT_EQ(withAction(backend.calls(), "notify connect").size(), 2U);
}

} // namespace
} // namespace hookcast::integration
