#include "unit/http2/Http2Bench.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::http2 {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Http2SessionTest : public Http2Bench {};

TEST_F(Http2SessionTest, AnswersRequestsOnOneConnection) {
    const Http2Client::Answer first = get("/echo?token=secret");
    EXPECT_EQ(first.status, "200");
    EXPECT_EQ(first.body, "GET http://a/echo?token=secret 127.0.0.1\n");
    EXPECT_EQ(first.fields.at("content-length"), std::to_string(first.body.size()));
    EXPECT_EQ(first.fields.at("access-control-allow-origin"), "*");
    EXPECT_EQ(get("/2").body, "GET http://a/2 127.0.0.1\n");
    EXPECT_EQ(bench_.gone(), 0);
}

TEST_F(Http2SessionTest, HeadAndOptionsAreThoseOfHttp1) {
    const std::int32_t head =
        client_.ask({{":method", "HEAD"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/x"}});
    const std::int32_t options =
        client_.ask({{":method", "OPTIONS"}, {":scheme", "http"}, {":authority", "a"}, {":path", "*"}});
    ASSERT_TRUE(talkUntil([&] { return client_.answer(head).isOver && client_.answer(options).isOver; }));
    EXPECT_EQ(client_.answer(head).body, "");
    EXPECT_EQ(client_.answer(head).fields.at("content-length"), "26");
    EXPECT_EQ(client_.answer(options).status, "204");
    EXPECT_EQ(client_.answer(options).fields.at("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client_.answer(options).fields.at("access-control-allow-methods"), "GET, HEAD, OPTIONS");
}

TEST_F(Http2SessionTest, OneThatTakesItsTimeHoldsNobodyUp) {
    const std::int32_t slow = begin("slow");
    EXPECT_EQ(get("/2").status, "200");
    EXPECT_FALSE(client_.answer(slow).isOver);
    on("slow", [](HttpPort& port) { port.respond(http::textResponse(200, "at last"), {}); });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(slow).isOver; }));
    EXPECT_EQ(client_.answer(slow).body, "at last\n");
    EXPECT_THAT(story(), ElementsAre("slow started", "slow destroyed"));
}

TEST_F(Http2SessionTest, BodiesThatDoNotFitGoOnSideBySide) {
    constexpr std::size_t kBytes = 3'000'000;
    const std::int32_t one = client_.get("/send/3000000");
    const std::int32_t other = client_.get("/send/2999999");
    ASSERT_TRUE(talkUntil([&] { return client_.answer(one).isOver && client_.answer(other).isOver; }));
    EXPECT_EQ(client_.answer(one).body, std::string(kBytes, 'x'));
    EXPECT_EQ(client_.answer(other).body, std::string(kBytes - 1, 'x'));
    EXPECT_THAT(story(), Contains("3000000 destroyed"));
}

TEST_F(Http2SessionTest, WhatWasSentIsCountedToTheByte) {
    const std::int32_t stream = begin("counted");
    std::uint64_t sentBytes = 0;
    on("counted", [&](HttpPort& port) {
        http::HttpResponse head;
        head.bodyBytes = 1000;
        std::string body(1000, 'x');
        const iovec all{body.data(), body.size()};
        EXPECT_EQ(port.beginBody(head, {&all, 1}), 1000U);
        sentBytes = port.session().traffic().sentBytes;
        port.endBody();
    });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    EXPECT_EQ(sentBytes, client_.answer(stream).wireBytes);
}

TEST_F(Http2SessionTest, AStreamThatTheClientEndsIsOverAndNoOther) {
    const std::int32_t one = begin("one");
    begin("other");
    client_.reset(one);
    bench_.peer().send(client_.toSend());
    waitFor("one destroyed");
    EXPECT_THAT(story(), ElementsAre("one started", "other started", "one closed: the client has ended the stream",
                                     "one destroyed"));
    EXPECT_EQ(get("/2").status, "200");
}

TEST_F(Http2SessionTest, WithTheConnectionEveryStreamEndsOnce) {
    begin("one");
    begin("other");
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(story(), ElementsAre("one started", "other started", StartsWith("one closed: "),
                                     StartsWith("other closed: "), "one destroyed", "other destroyed"));
}

TEST_F(Http2SessionTest, OfAVhostThatGoesOnlyItsOwnStreamsEnd) {
    const std::int32_t gone = begin("gone");
    const std::int32_t stays = begin("stays");
    bench_.endOn([](const std::string& vhost) { return vhost == "gone"; }, "the vhost is removed");
    ASSERT_TRUE(talkUntil([&] { return client_.answer(gone).isOver; }));
    EXPECT_EQ(client_.answer(gone).code, NGHTTP2_CANCEL);
    EXPECT_FALSE(client_.answer(stays).isOver);
    EXPECT_THAT(story(), Contains("gone closed: the vhost is removed"));
    EXPECT_THAT(bench_.lineWith("the vhost is removed"), HasSubstr("[warn]"));
    EXPECT_EQ(bench_.gone(), 0);
}

TEST_F(Http2SessionTest, ALiveBodyEndsWhereItSays) {
    const std::int32_t stream = begin("live");
    on("live", [](HttpPort& port) {
        http::HttpResponse head;
        head.isStream = true;
        port.beginStream(head);
        port.session().send(base::asBytes("head "));
        std::string body = "body ";
        const iovec range{body.data(), body.size()};
        EXPECT_EQ(port.session().write({&range, 1}), body.size());
        port.endStream("the publisher has left", base::asBytes("rest"));
        port.endStream("again", base::asBytes("rest"));
    });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    EXPECT_EQ(client_.answer(stream).body, "head body rest");
    EXPECT_TRUE(client_.answer(stream).isWhole);
    EXPECT_FALSE(client_.answer(stream).fields.contains("content-length"));
    EXPECT_THAT(story(), ElementsAre("live started", "live closed: the publisher has left", "live destroyed"));
    EXPECT_THAT(bench_.lineWith("the publisher has left"), HasSubstr("http-2"));
}

TEST_F(Http2SessionTest, WhatAHandlerThrowsEndsItsOwnStream) {
    const std::int32_t stays = begin("stays");
    const Http2Client::Answer answer = get("/throw");
    EXPECT_EQ(answer.status, "");
    EXPECT_NE(answer.code, NGHTTP2_NO_ERROR);
    EXPECT_THAT(bench_.lineWith("thrown in a handler"), HasSubstr("[warn]"));
    EXPECT_FALSE(client_.answer(stays).isOver);
}

TEST_F(Http2SessionTest, RefusalsAreLoggedAsThoseOfHttp1) {
    EXPECT_EQ(get("/nobody?token=secret").status, "404");
    EXPECT_THAT(bench_.lineWith("GET /nobody"), AllOf(EndsWith("GET /nobody: 404 not mine"), Not(HasSubstr("secret"))));
    const Http2Client::Answer up = get("/../x");
    EXPECT_EQ(up.status, "400");
    EXPECT_THAT(bench_.lineWith("GET /../x"), EndsWith("GET /../x: 400 the path goes up"));
}

TEST_F(Http2SessionTest, WhatAnActivityLeavesGoesToTheNextHandler) {
    const std::int32_t stream = begin("left");
    on("left", [](HttpPort& port) { port.leave("no such file"); });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    EXPECT_EQ(client_.answer(stream).status, "404");
    EXPECT_EQ(client_.answer(stream).body, "no such file\n");
    EXPECT_THAT(story(), ElementsAre("left started", "left destroyed"));
}

TEST_F(Http2SessionTest, AClientThatTakesNothingOfAnAnswerLosesIt) {
    client_.takeNoBodies();
    const std::int32_t stream = begin("unread");
    on("unread", [](HttpPort& port) { port.respond(http::textResponse(200, std::string(100'000, 'x')), {}); });
    const std::int32_t other = begin("other");
    bench_.gate.pass(config::LimitsConfig().idleTimeoutMs);
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    EXPECT_EQ(client_.answer(stream).code, NGHTTP2_CANCEL);
    EXPECT_FALSE(client_.answer(other).isOver);
    EXPECT_THAT(bench_.lineWith("took nothing of an answer"), HasSubstr("[warn]"));
}

TEST_F(Http2SessionTest, AConnectionWithoutARequestEndsAfterAWhile) {
    const std::int32_t stream = begin("long");
    bench_.gate.pass(10 * config::LimitsConfig().keepaliveTimeoutMs);
    on("long", [](HttpPort& port) { port.respond(http::textResponse(200, "done"), {}); });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    bench_.gate.runner.settle();
    bench_.gate.pass(config::LimitsConfig().keepaliveTimeoutMs);
    EXPECT_TRUE(talkUntil([&] { return !client_.goneWith().empty(); }));
    EXPECT_THAT(client_.goneWith(), ElementsAre(NGHTTP2_NO_ERROR));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
}

TEST_F(Http2SessionTest, WhatIsNoFrameEndsTheConnectionWithAWord) {
    get("/1");
    bench_.peer().send(std::string(64, '\xff'));
    EXPECT_TRUE(talkUntil([&] { return !client_.goneWith().empty(); }));
    bench_.peer().close();
    EXPECT_TRUE(bench_.ends());
    EXPECT_THAT(bench_.lineWith("HTTP/2: "), HasSubstr("[warn]"));
}

TEST_F(Http2SessionTest, WhoMakesTheServerGiveUpStreamsAllTheTimeIsSentAway) {
    int asked = 0;
    for (; asked < 1000 && client_.goneWith().empty(); ++asked) {
        const std::int32_t stream = client_.get("/act/" + std::to_string(asked));
        bench_.peer().send(client_.toSend() + Http2Client::tooMuchRoom(stream));
        if (!talkUntil([&] { return client_.answer(stream).isOver || !client_.goneWith().empty(); })) break;
    }
    EXPECT_LT(asked, 300);
    EXPECT_THAT(client_.goneWith(), ElementsAre(NGHTTP2_ENHANCE_YOUR_CALM));
    EXPECT_THAT(bench_.lineWith("[http-1] closed: HTTP/2: streams are begun"), HasSubstr("[warn]"));
}

TEST_F(Http2SessionTest, WhoReadsNothingDoesNotGetRepliesQueuedUp) {
    constexpr std::int32_t kMoreThanSocketsHold = 8'000'000;
    client_.makeRoom(0, kMoreThanSocketsHold);
    client_.makeRoom(client_.get("/send/8000000"), kMoreThanSocketsHold);
    bench_.peer().send(client_.toSend());
    waitFor("8000000 started");
    constexpr int kMoreThanMayWait = 600; // and fewer than the library's own limit
    for (int i = 0; i < kMoreThanMayWait; ++i) client_.ping();
    bench_.peer().send(client_.toSend());
    EXPECT_THAT(bench_.lineWith("[http-1] closed: HTTP/2: "), HasSubstr("too many replies left unread"));
}

TEST_F(Http2SessionTest, ThePrefaceComesFirstOrNotAtAll) {
    EXPECT_THAT(bench_.get("/1"), StartsWith("HTTP/1.1 200"));
    bench_.peer().send(client_.toSend());
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 505"));
}

class Http2SmallBufferTest : public Http2Bench {
  protected:
    Http2SmallBufferTest()
        : Http2Bench(configWith([](config::Config& config) { config.limits.controlBytes = 4096; })) {}
};

TEST_F(Http2SmallBufferTest, WhatDoesNotFitWaitsWithinControlBuffer) {
    const std::int32_t stream = client_.get("/send/3000000");
    ASSERT_TRUE(talkUntil([&] { return client_.answer(stream).isOver; }));
    EXPECT_EQ(client_.answer(stream).body.size(), 3'000'000U);
}

class Http2OffTest : public Http2Bench {
  protected:
    Http2OffTest() : Http2Bench(configWith([](config::Config& config) { config.http.http2 = false; })) {}
};

TEST_F(Http2OffTest, WhereItIsOffTheClientIsToldSo) {
    client_.get("/");
    bench_.peer().send(client_.toSend());
    EXPECT_THAT(bench_.peer().receiveToEnd(), StartsWith("HTTP/1.1 505"));
}

TEST_F(Http2SessionTest, IsCountedWhateverBecomesOfIt) {
    get("/1");
    bench_.gate.runner.settle(); // an answer is heard before its turn is over
    EXPECT_EQ(figures_.connections, 1U);
    EXPECT_EQ(figures_.streams, 1U);
    const std::int32_t slow = begin("slow");
    client_.reset(slow);
    get("/2");
    bench_.gate.runner.settle();
    EXPECT_EQ(figures_.streams, 3U);
    EXPECT_EQ(figures_.resets, 1U);
    EXPECT_EQ(figures_.refused + figures_.tooLong + figures_.expelled, 0U);
    bench_.peer().send(std::string(100, '\xff'));
    EXPECT_FALSE(talkUntil([] { return false; })) << "it ends";
    bench_.gate.runner.settle();
    EXPECT_EQ(figures_.expelled, 1U);
    bench_.drop();
    EXPECT_EQ(figures_.connections, 0U);
}

} // namespace
} // namespace hookcast::http2
