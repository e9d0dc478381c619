#include "hooks/SrsJsonDialect.h"

#include "unit/support/HookGate.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::ClientIdForm;
using support::someClient;

const SrsJsonDialect& dialect() {
    static const SrsJsonDialect kDialect("vid-server", "service1");
    return kDialect;
}

/// Poco writes a slash as it is or behind a backslash, according to its version; JSON knows both.
std::string written(const HookEvent& event, ClientIdForm form = ClientIdForm::Integer) {
    std::string text = dialect().write(event, form);
    for (std::size_t at = text.find("\\/"); at != std::string::npos; at = text.find("\\/")) text.erase(at, 1);
    return text;
}

Poco::JSON::Object::Ptr parsed(const HookEvent& event) {
    return Poco::JSON::Parser().parse(written(event)).extract<Poco::JSON::Object::Ptr>();
}

HookEvent eventOf(HookAction action) {
    auto client = someClient();
    client->vhost = "video.test.com";
    client->tcUrl = "rtmp://h/live?a=b";
    client->pageUrl = "http://p/";
    client->param = "?a=b";
    HookEvent event;
    event.action = action;
    event.client = client;
    if (action != HookAction::Connect && action != HookAction::Close) {
        event.stream = "one";
        event.param = "?key=x";
        event.streamId = "vid-77";
    }
    event.closing = {"peer closed the connection", 2000, 1000, 61500};
    return event;
}

TEST(SrsJsonDialect, WritesOnConnect) {
    EXPECT_EQ(written(eventOf(HookAction::Connect)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_connect","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","stream":"","param":"?a=b",)"
              R"("tcUrl":"rtmp://h/live?a=b","pageUrl":"http://p/"})");
}

TEST(SrsJsonDialect, WritesOnClose) {
    EXPECT_EQ(written(eventOf(HookAction::Close)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_close","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","send_bytes":2000,"recv_bytes":1000,)"
              R"("duration":61.5,"reason":"peer closed the connection"})");
}

TEST(SrsJsonDialect, WritesOnPublish) {
    EXPECT_EQ(written(eventOf(HookAction::Publish)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_publish","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77"})");
}

TEST(SrsJsonDialect, WritesOnUnpublish) {
    EXPECT_EQ(written(eventOf(HookAction::Unpublish)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_unpublish","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","send_bytes":2000,)"
              R"("recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection"})");
}

TEST(SrsJsonDialect, WritesOnPlay) {
    EXPECT_EQ(written(eventOf(HookAction::Play)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_play","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","pageUrl":"http://p/","stream_url":"video.test.com/live/one","stream_id":"vid-77"})");
}

TEST(SrsJsonDialect, WritesOnStop) {
    EXPECT_EQ(written(eventOf(HookAction::Stop)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_stop","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","send_bytes":2000,)"
              R"("recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection"})");
}

TEST(SrsJsonDialect, WritesTheClientsIdAsConfigured) {
    const HookEvent event = eventOf(HookAction::Connect);
    EXPECT_NE(written(event, ClientIdForm::Integer).find(R"("client_id":7,)"), std::string::npos);
    EXPECT_NE(written(event, ClientIdForm::String).find(R"("client_id":"abcd1234",)"), std::string::npos);
}

TEST(SrsJsonDialect, WritesTheDefaultVhostAsNoneInTheStreamUrl) {
    HookEvent event = eventOf(HookAction::Publish);
    event.client = someClient();
    EXPECT_EQ(parsed(event)->getValue<std::string>("stream_url"), "/live/one");
    EXPECT_EQ(parsed(event)->getValue<std::string>("vhost"), "__defaultVhost__");
}

TEST(SrsJsonDialect, LeavesOutAStreamIdThatIsUnknown) {
    HookEvent event = eventOf(HookAction::Play);
    event.streamId.clear();
    EXPECT_FALSE(parsed(event)->has("stream_id"));
}

TEST(SrsJsonDialect, WritesLargeNumbersWhole) {
    HookEvent event = eventOf(HookAction::Stop);
    event.closing.sentBytes = 0xFFFFFFFFFFFFFFFF;
    event.closing.receivedBytes = 1ULL << 53U;
    event.closing.durationMs = 86'400'000LL * 365;
    const std::string text = written(event);
    EXPECT_NE(text.find(R"("send_bytes":18446744073709551615,"recv_bytes":9007199254740992,"duration":31536000,)"),
              std::string::npos)
        << text;
}

TEST(SrsJsonDialect, ForgedTextStaysText) {
    HookEvent event = eventOf(HookAction::Publish);
    const std::vector<std::string> names = {R"(x","action":"on_connect)",
                                            "back\\slash",
                                            "line\r\nfeed\tand\bmore\f",
                                            std::string("nul\0in", 6),
                                            "\x01\x1f\x7f",
                                            "</script>",
                                            "канал-日本-🎥-é"};
    for (const std::string& name : names) {
        event.stream = name;
        event.param = "?" + name;
        const auto json = parsed(event);
        EXPECT_EQ(json->getValue<std::string>("stream"), name);
        EXPECT_EQ(json->getValue<std::string>("param"), "?" + name);
        EXPECT_EQ(json->getValue<std::string>("action"), "on_publish");
    }
}

TEST(SrsJsonDialect, WhatIsNoUtf8IsReplacedSoThatTheBodyIsJson) {
    auto client = someClient();
    client->app = "app\xff";
    client->tcUrl = "rtmp://h/\xc3(";
    client->pageUrl = "\xe6\x97";
    HookEvent event = eventOf(HookAction::Play);
    event.client = client;
    event.stream = "a\xffz\xed\xa0\x80";
    event.param = "?\x80";
    const auto json = parsed(event);
    EXPECT_EQ(json->getValue<std::string>("app"), "app\uFFFD");
    EXPECT_EQ(json->getValue<std::string>("tcUrl"), "rtmp://h/\uFFFD(");
    EXPECT_EQ(json->getValue<std::string>("pageUrl"), "\uFFFD\uFFFD");
    EXPECT_EQ(json->getValue<std::string>("stream"), "a\uFFFDz\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(json->getValue<std::string>("param"), "?\uFFFD");
    EXPECT_EQ(json->getValue<std::string>("stream_url"), "/app\uFFFD/a\uFFFDz\uFFFD\uFFFD\uFFFD");
}

TEST(HookEvent, NamesItsActionsAndTheirEnds) {
    EXPECT_EQ(nameOf(HookAction::Connect), "on_connect");
    EXPECT_EQ(nameOf(HookAction::Close), "on_close");
    EXPECT_EQ(nameOf(HookAction::Publish), "on_publish");
    EXPECT_EQ(nameOf(HookAction::Unpublish), "on_unpublish");
    EXPECT_EQ(nameOf(HookAction::Play), "on_play");
    EXPECT_EQ(nameOf(HookAction::Stop), "on_stop");
    EXPECT_EQ(closingOf(HookAction::Connect), HookAction::Close);
    EXPECT_EQ(closingOf(HookAction::Publish), HookAction::Unpublish);
    EXPECT_EQ(closingOf(HookAction::Play), HookAction::Stop);
}

} // namespace
} // namespace hookcast::hooks
