#include "hooks/SrsJsonDialect.h"

#include "unit/support/HookGate.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
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
std::string written(const HookEvent& event, ClientIdForm form = ClientIdForm::Integer, bool tellsId = true) {
    std::string text = dialect().write(event, form, tellsId);
    for (std::size_t at = text.find("\\/"); at != std::string::npos; at = text.find("\\/")) text.erase(at, 1);
    return text;
}

std::string writtenWithoutId(const HookEvent& event) {
    return written(event, ClientIdForm::Integer, false);
}

Poco::JSON::Object::Ptr parsed(const HookEvent& event) {
    return Poco::JSON::Parser().parse(written(event)).extract<Poco::JSON::Object::Ptr>();
}

const Closing kClosing{"peer closed the connection", 2000, 1000, 61500};

std::shared_ptr<ClientInfo> client() {
    auto client = someClient();
    support::changePlace(*client, [](ClientPlace& place) {
        place.vhost = "video.test.com";
        place.tcUrl = "rtmp://h/live?a=b";
        place.pageUrl = "http://p/";
    });
    client->param = "?a=b";
    return client;
}

HookEvent eventOf(HookAction action, const NamedStream& stream = {"one", "?key=x", {}, "vid-77"},
                  const Closing& closing = kClosing) {
    return support::eventOf(
        action, client(), stream, closing, {"/srv/hookcast", "./live/one.flv"},
        {9360, "/srv/hookcast", "./hls/live/one-7.ts", "live/one-7.ts", "./hls/live/one.m3u8", "live/one.m3u8", 7});
}

TEST(SrsJsonDialect, WritesOnConnect) {
    EXPECT_EQ(written(eventOf(HookAction::Connect)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_connect","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","stream":"","param":"?a=b",)"
              R"("tcUrl":"rtmp://h/live?a=b","pageUrl":"http://p/","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnClose) {
    EXPECT_EQ(written(eventOf(HookAction::Close)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_close","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","send_bytes":2000,"recv_bytes":1000,)"
              R"("duration":61.5,"reason":"peer closed the connection","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnPublish) {
    EXPECT_EQ(written(eventOf(HookAction::Publish)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_publish","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnUnpublish) {
    EXPECT_EQ(written(eventOf(HookAction::Unpublish)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_unpublish","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","send_bytes":2000,)"
              R"("recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnPlay) {
    EXPECT_EQ(written(eventOf(HookAction::Play)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_play","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","pageUrl":"http://p/","stream_url":"video.test.com/live/one","stream_id":"vid-77",)"
              R"("clients":0,"event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnStop) {
    EXPECT_EQ(written(eventOf(HookAction::Stop)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_stop","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","clients":0,)"
              R"("send_bytes":2000,)"
              R"("recv_bytes":1000,"duration":61.5,"reason":"peer closed the connection","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesHowManyClientsTheStreamHas) {
    HookEvent event = eventOf(HookAction::Play);
    std::get<HookEvent::Play>(event.what).clients = 3;
    EXPECT_NE(written(event).find(R"("stream_id":"vid-77","clients":3,"event_id":"event-id"})"), std::string::npos);
    Closing closing;
    closing.clientsLeft = 2;
    event = eventOf(HookAction::Stop, support::namedStream("one"), closing);
    EXPECT_NE(written(event).find(R"("clients":2,"send_bytes")"), std::string::npos);
}

TEST(SrsJsonDialect, WritesOnDvr) {
    EXPECT_EQ(written(eventOf(HookAction::Dvr)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_dvr","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","cwd":"/srv/hookcast",)"
              R"("file":"./live/one.flv","event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesBothNamesOfAStreamThatWasRenamed) {
    const std::string both = R"("stream_url":"video.test.com/live/show","stream_id":"vid-9","asked_stream":"one")";
    const HookEvent publish = renamed(eventOf(HookAction::Publish), "show", "vid-9");
    const HookEvent play = renamed(eventOf(HookAction::Play), "show", "vid-9");
    for (const HookEvent& event : {endOf(publish, {}), endOf(play, {}), updateOf(play, {}), recordingOf(publish, {})}) {
        EXPECT_THAT(written(event), testing::HasSubstr(R"("stream":"show")"));
        EXPECT_THAT(written(event), testing::HasSubstr(both));
    }
    EXPECT_THAT(written(renamed(eventOf(HookAction::Play), "one", "vid-9")),
                testing::Not(testing::HasSubstr("asked_stream")));
    EXPECT_THROW(renamed(eventOf(HookAction::Connect), "show", ""), std::logic_error);
    EXPECT_THROW(renamed(eventOf(HookAction::Stop), "show", ""), std::logic_error);
}

TEST(SrsJsonDialect, WritesOnHls) {
    EXPECT_EQ(written(eventOf(HookAction::Hls)),
              R"({"server_id":"vid-server","service_id":"service1","action":"on_hls","client_id":7,)"
              R"("ip":"192.0.2.1","vhost":"video.test.com","app":"live","tcUrl":"rtmp://h/live?a=b","stream":"one",)"
              R"("param":"?key=x","stream_url":"video.test.com/live/one","stream_id":"vid-77","duration":9.36,)"
              R"("cwd":"/srv/hookcast","file":"./hls/live/one-7.ts","url":"live/one-7.ts",)"
              R"("m3u8":"./hls/live/one.m3u8","m3u8_url":"live/one.m3u8","seq_no":7,"event_id":"event-id"})");
}

TEST(SrsJsonDialect, WritesOnUpdate) {
    const std::string ofBoth = R"("send_bytes":2000,"recv_bytes":1000,"duration":61.5,"event_id":)";
    const std::string publishes = written(updateOf(eventOf(HookAction::Publish), {2000, 1000, 61500}));
    EXPECT_THAT(publishes,
                testing::HasSubstr(
                    R"("action":"on_update","client_id":7,"ip":"192.0.2.1","vhost":"video.test.com","app":"live",)"
                    R"("tcUrl":"rtmp://h/live?a=b","stream":"one","param":"?key=x",)"
                    R"("stream_url":"video.test.com/live/one","stream_id":"vid-77","for":"publish",)" +
                    ofBoth));
    const std::string plays = written(updateOf(eventOf(HookAction::Play), {2000, 1000, 61500}));
    EXPECT_THAT(plays, testing::HasSubstr(R"("stream_id":"vid-77","for":"play",)" + ofBoth));
    EXPECT_THAT(plays, testing::HasSubstr(R"("pageUrl":"http://p/")"));
    EXPECT_THROW(updateOf(eventOf(HookAction::Connect), {}), std::logic_error);
    EXPECT_THROW(updateOf(eventOf(HookAction::Unpublish), {}), std::logic_error);
}

TEST(SrsJsonDialect, LeavesTheEventsIdOutWhereItIsNotWanted) {
    EXPECT_EQ(writtenWithoutId(eventOf(HookAction::Connect)).find("event_id"), std::string::npos);
    HookEvent nameless = eventOf(HookAction::Connect);
    nameless.id.clear();
    EXPECT_EQ(written(nameless).find("event_id"), std::string::npos);
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
    EXPECT_FALSE(parsed(eventOf(HookAction::Play, {"one", "?key=x", {}, {}}))->has("stream_id"));
}

TEST(SrsJsonDialect, WritesLargeNumbersWhole) {
    const Closing closing{"closed", 0xFFFFFFFFFFFFFFFF, 1ULL << 53U, 86'400'000LL * 365};
    const std::string text = written(eventOf(HookAction::Stop, support::namedStream("one"), closing));
    EXPECT_NE(text.find(R"("send_bytes":18446744073709551615,"recv_bytes":9007199254740992,"duration":31536000,)"),
              std::string::npos)
        << text;
}

TEST(SrsJsonDialect, ForgedTextStaysText) {
    const std::vector<std::string> names = {R"(x","action":"on_connect)",
                                            "back\\slash",
                                            "line\r\nfeed\tand\bmore\f",
                                            std::string("nul\0in", 6),
                                            "\x01\x1f\x7f",
                                            "</script>",
                                            "канал-日本-🎥-é"};
    for (const std::string& name : names) {
        const auto json = parsed(eventOf(HookAction::Publish, {name, "?" + name, {}, {}}));
        EXPECT_EQ(json->getValue<std::string>("stream"), name);
        EXPECT_EQ(json->getValue<std::string>("param"), "?" + name);
        EXPECT_EQ(json->getValue<std::string>("action"), "on_publish");
    }
}

TEST(SrsJsonDialect, WhatIsNoUtf8IsReplacedSoThatTheBodyIsJson) {
    auto client = someClient();
    support::changePlace(*client, [](ClientPlace& place) {
        place.app = "app\xff";
        place.tcUrl = "rtmp://h/\xc3(";
        place.pageUrl = "\xe6\x97";
    });
    const auto json = parsed(support::eventOf(HookAction::Play, client, {"a\xffz\xed\xa0\x80", "?\x80", {}, {}}));
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
    for (const auto& [opening, end] :
         std::vector<std::pair<HookAction, HookAction>>{{HookAction::Connect, HookAction::Close},
                                                        {HookAction::Publish, HookAction::Unpublish},
                                                        {HookAction::Play, HookAction::Stop}}) {
        EXPECT_EQ(eventOf(opening).action(), opening);
        EXPECT_EQ(endOf(eventOf(opening), kClosing).action(), end);
        EXPECT_EQ(writtenWithoutId(endOf(eventOf(opening), kClosing)), writtenWithoutId(eventOf(end)));
        EXPECT_EQ(endOf(eventOf(opening), kClosing).id, "event-id-e");
        EXPECT_THROW(endOf(eventOf(end), kClosing), std::logic_error);
    }
}

TEST(HookEvent, OfAConnectionIsAboutNoStream) {
    for (const HookAction action : {HookAction::Connect, HookAction::Close}) {
        EXPECT_THROW(eventOf(action).stream(), std::logic_error);
        EXPECT_THROW(eventOf(action).key(), std::logic_error);
        EXPECT_THROW(recordingOf(eventOf(action), {}), std::logic_error);
    }
    for (const HookAction action : {HookAction::Publish, HookAction::Unpublish, HookAction::Play, HookAction::Stop,
                                    HookAction::Dvr, HookAction::Update, HookAction::Hls})
        EXPECT_EQ(eventOf(action).key(), (StreamKey{"video.test.com", "live", "one"}));
}

TEST(HookEvent, OfASegmentNamesWhatIsPublished) {
    const HookEvent told = eventOf(HookAction::Hls);
    const HookEvent segment = segmentOf(eventOf(HookAction::Publish), *std::get<HookEvent::Hls>(told.what).segment);
    EXPECT_EQ(writtenWithoutId(segment), writtenWithoutId(told));
    EXPECT_THROW(segmentOf(eventOf(HookAction::Close), {}), std::logic_error);
    EXPECT_FALSE(isOpening(HookAction::Hls) || isClosing(HookAction::Hls));
}

TEST(HookEvent, OfARecordingNamesWhatIsPublished) {
    const HookEvent recording = recordingOf(eventOf(HookAction::Publish), {"/srv/hookcast", "./live/one.flv"});
    EXPECT_EQ(writtenWithoutId(recording), writtenWithoutId(eventOf(HookAction::Dvr)));
    EXPECT_THAT(written(recording), testing::HasSubstr(R"("action":"on_dvr")"));
}

} // namespace
} // namespace hookcast::hooks
