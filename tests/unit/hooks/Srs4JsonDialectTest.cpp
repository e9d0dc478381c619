#include "hooks/Srs4JsonDialect.h"

#include "hooks/HookTarget.h"
#include "unit/support/FakeTransport.h"
#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::ClientIdForm;
using config::Protocol;
using support::answered;
using testing::HasSubstr;

const Srs4JsonDialect& dialect() {
    static const Srs4JsonDialect kDialect("vid-server", "service1");
    return kDialect;
}

/// Poco writes a slash as it is or behind a backslash, according to its version; JSON knows both.
std::string written(const HookEvent& event, ClientIdForm form = ClientIdForm::String) {
    std::string text = dialect().write(event, form, false);
    for (std::size_t at = text.find("\\/"); at != std::string::npos; at = text.find("\\/")) text.erase(at, 1);
    return text;
}

const Closing kClosing{"peer closed the connection", 2000, 1000, 61500, 2};

std::shared_ptr<ClientInfo> client() {
    auto client = support::someClient();
    support::changePlace(*client, [](ClientPlace& place) {
        place.vhost = "video.test.com";
        place.tcUrl = "rtmp://h/live?a=b";
        place.pageUrl = "http://p/";
    });
    client->param = "?a=b";
    return client;
}

HookEvent eventOf(HookAction action, const std::shared_ptr<const ClientInfo>& whose = client(),
                  const std::string& param = "?key=x") {
    return support::eventOf(action, whose, {"one", param, {}, "vid-77"}, kClosing, {"/srv/hookcast", "./one.flv"},
                            {9360, "/srv/hookcast", "./one-7.ts", "live/one-7.ts", "./one.m3u8", "live/one.m3u8", 7});
}

/// What every event begins with.
std::string common(const std::string& action) {
    return R"({"server_id":"vid-server","service_id":"service1","action":")" + action +
           R"(","client_id":"abcd1234","ip":"192.0.2.1","vhost":"video.test.com","app":"live",)";
}

TEST(Srs4JsonDialect, WritesOnConnectWithTheStream) {
    const auto named = client();
    support::changePlace(*named, [](ClientPlace& place) { place.stream = "one"; });
    named->param = "?key=x";
    EXPECT_EQ(written(eventOf(HookAction::Connect, named)),
              common("on_connect") +
                  R"("stream":"one","param":"?key=x","tcUrl":"rtmp://h/live?a=b","pageUrl":"http://p/"})");
}

TEST(Srs4JsonDialect, WritesOnClose) {
    EXPECT_EQ(written(eventOf(HookAction::Close)),
              common("on_close") +
                  R"("send_bytes":2000,"recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection"})");
}

TEST(Srs4JsonDialect, WritesOnPublishAndItsEnd) {
    const std::string stream = R"("tcUrl":"rtmp://h/live?a=b","stream":"one","param":"?key=x",)"
                               R"("stream_url":"video.test.com/live/one","stream_id":"vid-77")";
    EXPECT_EQ(written(eventOf(HookAction::Publish)), common("on_publish") + stream + "}");
    EXPECT_EQ(written(eventOf(HookAction::Unpublish)),
              common("on_unpublish") + stream +
                  R"(,"send_bytes":2000,"recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection"})");
}

TEST(Srs4JsonDialect, WritesOnPlayWithTheStreamFirst) {
    EXPECT_EQ(written(eventOf(HookAction::Play)),
              common("on_play") +
                  R"("stream":"one","tcUrl":"rtmp://h/live?a=b","param":"?key=x","pageUrl":"http://p/",)"
                  R"("stream_url":"video.test.com/live/one","stream_id":"vid-77","clients":0})");
}

TEST(Srs4JsonDialect, WritesOnStop) {
    EXPECT_EQ(written(eventOf(HookAction::Stop)),
              common("on_stop") +
                  R"("tcUrl":"rtmp://h/live?a=b","stream":"one","param":"?key=x",)"
                  R"("stream_url":"video.test.com/live/one","stream_id":"vid-77","clients":2,"send_bytes":2000,)"
                  R"("recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection"})");
}

TEST(Srs4JsonDialect, WritesOnDvrWithTheFileBeforeTheIds) {
    EXPECT_EQ(written(eventOf(HookAction::Dvr)),
              common("on_dvr") + R"("tcUrl":"rtmp://h/live?a=b","stream":"one","param":"?key=x","cwd":"/srv/hookcast",)"
                                 R"("file":"./one.flv","stream_url":"video.test.com/live/one","stream_id":"vid-77"})");
}

TEST(Srs4JsonDialect, WritesOnHlsWithTheSegmentBeforeTheIds) {
    EXPECT_EQ(written(eventOf(HookAction::Hls)),
              common("on_hls") + R"("tcUrl":"rtmp://h/live?a=b","stream":"one","param":"?key=x","duration":9.36,)"
                                 R"("cwd":"/srv/hookcast","file":"./one-7.ts","url":"live/one-7.ts",)"
                                 R"("m3u8":"./one.m3u8","m3u8_url":"live/one.m3u8","seq_no":7,)"
                                 R"("stream_url":"video.test.com/live/one","stream_id":"vid-77"})");
}

TEST(Srs4JsonDialect, NamesWhomAPublisherReplaces) {
    HookEvent event = eventOf(HookAction::Publish);
    std::get<HookEvent::Publish>(event.what).replaces = std::make_shared<const ClientIds>(ClientIds{3, "wxyz6789"});
    EXPECT_THAT(written(event), HasSubstr(R"("stream_id":"vid-77","replaces":"wxyz6789"})"));
    EXPECT_THAT(written(event, ClientIdForm::Integer), HasSubstr(R"("stream_id":"vid-77","replaces":3})"));
    EXPECT_THAT(written(event, ClientIdForm::Integer), HasSubstr(R"("client_id":7,)"));
    EXPECT_THAT(SrsJsonDialect("a", "b").write(event, ClientIdForm::Integer, false), HasSubstr(R"("replaces":3})"));
    EXPECT_THAT(SrsJsonDialect("a", "b").write(event, ClientIdForm::String, false),
                HasSubstr(R"("replaces":"wxyz6789"})"));
}

/// The tcUrl, and the param, in on_publish.
struct Place {
    Protocol protocol;
    std::string vhost;
    std::string tcUrl;
    std::string namedVhost;
    std::string param;
    std::string expected;
};

TEST(Srs4JsonDialect, WritesPlacesAsSrsDoes) {
    const std::vector<Place> places = {
        {Protocol::Srt, "__defaultVhost__", "srt://192.0.2.5:10080/live", "", "?tok=1",
         R"("tcUrl":"srt://192.0.2.5/live","stream":"one","param":"tok=1")"},
        {Protocol::Srt, "__defaultVhost__", "srt://[2001:db8::1]:10080/live", "", "",
         R"("tcUrl":"srt://[2001:db8::1]/live","stream":"one","param":"")"},
        {Protocol::Srt, "v1", "srt://192.0.2.5:10080/live", "v1", "?token=x",
         R"("tcUrl":"srt://v1/live","stream":"one","param":"vhost=v1&token=x")"},
        {Protocol::Srt, "v1", "srt://192.0.2.5:10080/live", "v1", "",
         R"("tcUrl":"srt://v1/live","stream":"one","param":"vhost=v1")"},
        {Protocol::Srt, "v1", "srt://192.0.2.5:10080/live", "", "?vhost=v1&token=x",
         R"("tcUrl":"srt://v1/live","stream":"one","param":"vhost=v1&token=x")"},
        {Protocol::HttpFlv, "__defaultVhost__", "http://h:8080/live", "", "?tok=1",
         R"("tcUrl":"rtmp://__defaultVhost__/live","stream":"one","param":"?tok=1")"},
        {Protocol::HttpFlv, "v1", "https://h/live", "", "", R"("tcUrl":"rtmp://v1/live","stream":"one","param":"")"},
        {Protocol::Rtmp, "v1", "rtmp://h:1936/live?vhost=v1", "", "?tok=1",
         R"("tcUrl":"rtmp://h:1936/live?vhost=v1","stream":"one","param":"?tok=1")"},
        {Protocol::Rtsp, "v1", "rtsp://v1:554/live", "", "?tok=1",
         R"("tcUrl":"rtsp://v1:554/live","stream":"one","param":"?tok=1")"},
        // A capture, as if it pushed.
        {Protocol::Srt, "__defaultVhost__", "rtmp://127.0.0.1/live", "", "",
         R"("tcUrl":"rtmp://127.0.0.1/live","stream":"one","param":"")"},
    };
    for (const Place& place : places) {
        const auto whose = client();
        whose->param = {};
        support::changeIdentity(*whose, [&place](ClientIdentity& who) { who.protocol = place.protocol; });
        support::changePlace(*whose, [&place](ClientPlace& its) {
            its.vhost = place.vhost;
            its.tcUrl = place.tcUrl;
            its.namedVhost = place.namedVhost;
        });
        EXPECT_THAT(written(eventOf(HookAction::Publish, whose, place.param)), HasSubstr(place.expected));
    }
}

TEST(Srs4JsonDialect, AdmitsBy200And201AndNothingElse) {
    const auto admits = [](int status, const std::string& body) {
        return dialect().judge(HookAction::Publish, answered(status, body)).ok();
    };
    EXPECT_TRUE(admits(200, "0"));
    EXPECT_TRUE(admits(201, "0"));
    EXPECT_TRUE(admits(201, R"({"code":0,"data":null})"));
    EXPECT_FALSE(admits(201, "")) << "the body counts all the same";
    EXPECT_FALSE(admits(201, R"({"code":1})"));
    EXPECT_FALSE(admits(200, "\"0\""));
    for (const int status : {199, 202, 204, 302, 403, 500}) EXPECT_FALSE(admits(status, "0")) << status;
    EXPECT_FALSE(SrsJsonDialect("a", "b").judge(HookAction::Publish, answered(201, "0")).ok());
}

TEST(Srs4JsonDialect, HasAMessageForWhomItRefuses) {
    EXPECT_EQ(dialect().messageFor(answered(201, R"({"code":1,"msg":"not now"})")), "not now");
    EXPECT_EQ(dialect().messageFor(answered(403, R"({"code":1,"msg":"not now"})")), "");
}

} // namespace
} // namespace hookcast::hooks
