// Who a stream's client is, and which place he has.
#include "unit/http2/Http2Bench.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace hookcast::http2 {
namespace {

using testing::HasSubstr;

class Http2PlacesTest : public Http2Bench {};

TEST_F(Http2PlacesTest, MoreThanOneAddressMayHaveWaitForOneAnother) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 3, .unadmittedPerAddress = 3, .perSecond = 1, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    std::vector<std::int32_t> streams;
    for (const char* name : {"one", "two", "three"}) streams.push_back(begin(name));
    for (const char* path : {"/4", "/5"}) streams.push_back(client_.get(path));
    bench_.peer().send(client_.toSend());
    on("two", [](HttpPort& port) { port.respond(http::textResponse(200, "2"), {}); });
    ASSERT_TRUE(talkUntil([&] { return client_.answer(streams[4]).isOver; }));
    EXPECT_EQ(client_.answer(streams[3]).status, "200");
    EXPECT_EQ(client_.answer(streams[4]).status, "200");
    EXPECT_EQ(bench_.gate.runner.run([&] { return budget.open(); }), 2U) << "for one and three";
    bench_.drop();
    EXPECT_EQ(budget.open(), 0U);
}

TEST_F(Http2PlacesTest, WhoWaitsForAPlaceInVainIsToldSo) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 1, .unadmittedPerAddress = 1, .perSecond = 1, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    begin("one");
    const std::int32_t waiting = client_.get("/2");
    bench_.peer().send(client_.toSend());
    ASSERT_TRUE(talkUntil([&] { return client_.streamsAllowed() == config::HttpServerConfig().http2Streams; }));
    bench_.gate.runner.settle();
    bench_.gate.pass(config::LimitsConfig().headerTimeoutMs);
    ASSERT_TRUE(talkUntil([&] { return client_.answer(waiting).isOver; }));
    EXPECT_EQ(client_.answer(waiting).status, "503");
    EXPECT_THAT(bench_.lineWith("GET /2: 503"), HasSubstr("within header_timeout"));
    bench_.drop();
    EXPECT_EQ(budget.open(), 0U);
}

TEST_F(Http2PlacesTest, WhatIsOverHasNoPlaceThoughTheClientTakesNothing) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 10, .unadmittedPerAddress = 10, .perSecond = 1, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    client_.takeNoBodies();
    constexpr std::size_t kMoreThanAWindow = 100'000;
    std::vector<std::int32_t> streams;
    for (const char* name : {"one", "two", "three"}) {
        streams.push_back(begin(name));
        on(name, [](HttpPort& port) {
            http::HttpResponse head;
            head.isStream = true;
            port.beginStream(head);
            std::string body(kMoreThanAWindow, 'x');
            const iovec range{body.data(), body.size()};
            port.session().write({&range, 1});
        });
    }
    const auto open = [&] { return bench_.gate.runner.run([&] { return budget.open(); }); };
    EXPECT_EQ(open(), 3U);
    for (const char* name : {"one", "two", "three"})
        on(name, [](HttpPort& port) { port.endStream("the publisher has left", {}); });
    EXPECT_EQ(open(), 1U) << "the connection's own";
    ASSERT_TRUE(talkUntil([&] { return client_.answer(streams[2]).isOver; }));
    EXPECT_EQ(client_.answer(streams[2]).code, NGHTTP2_CANCEL) << "its end would never be read";
    bench_.drop();
}

TEST_F(Http2PlacesTest, AConnectionOfWhichNothingIsReadAnyMoreEnds) {
    constexpr std::size_t kMoreThanSocketsHold = 8'000'000;
    client_.makeRoom(0, static_cast<std::int32_t>(kMoreThanSocketsHold));
    const std::int32_t stream = client_.get("/act/live");
    client_.makeRoom(stream, static_cast<std::int32_t>(kMoreThanSocketsHold));
    bench_.peer().send(client_.toSend());
    waitFor("live started");
    on("live", [](HttpPort& port) {
        http::HttpResponse head;
        head.isStream = true;
        port.beginStream(head);
        std::string body(kMoreThanSocketsHold, 'x');
        const iovec range{body.data(), body.size()};
        EXPECT_LT(port.session().write({&range, 1}), body.size());
        port.session().end("it took nothing", {});
    });
    bench_.gate.runner.settle();
    bench_.gate.pass(config::LimitsConfig().idleTimeoutMs);
    EXPECT_THAT(bench_.lineWith("took nothing of what was left"), HasSubstr("[warn]"));
}

class Http2ProxyTest : public Http2Bench {
  protected:
    Http2ProxyTest()
        : Http2Bench(configWith([](config::Config& config) {
              config.trustedProxies = {base::IpNetwork::parse("127.0.0.0/8").take()};
          })) {}
};

TEST_F(Http2ProxyTest, WhoIsFullHoldsUpNobodyElse) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 1, .unadmittedPerAddress = 1, .perSecond = 9, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    const auto by = [](const char* address) { return Http2Client::Fields{{"x-forwarded-for", address}}; };
    client_.get("/act/one", by("192.0.2.1"));
    bench_.peer().send(client_.toSend());
    waitFor("one started");
    const std::int32_t full = client_.get("/2", by("192.0.2.1"));
    const std::int32_t behindIt = client_.get("/3", by("192.0.2.1"));
    EXPECT_EQ(get("/4", by("192.0.2.2")).status, "200");
    EXPECT_FALSE(client_.answer(full).isOver);
    bench_.gate.pass(config::LimitsConfig().headerTimeoutMs);
    ASSERT_TRUE(talkUntil([&] { return client_.answer(full).isOver && client_.answer(behindIt).isOver; }));
    EXPECT_EQ(client_.answer(behindIt).status, "503") << "its time ran from its own arrival";
    bench_.drop();
}

TEST_F(Http2ProxyTest, WhoIsLetInMakesRoomForThoseWhoWait) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 9, .unadmittedPerAddress = 1, .perSecond = 9, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    client_.get("/act/first");
    bench_.peer().send(client_.toSend());
    waitFor("first started");
    for (const char* path : {"/act/one", "/act/two", "/act/three"}) client_.get(path); // in one go
    bench_.peer().send(client_.toSend());
    waitFor("three started");
    bench_.drop();
}

TEST_F(Http2ProxyTest, AVerdictThatComesLaterMakesRoomToo) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 9, .unadmittedPerAddress = 2, .perSecond = 9, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    for (const char* path : {"/act/late-one", "/act/late-two", "/act/three"}) client_.get(path);
    bench_.peer().send(client_.toSend());
    waitFor("late-two started");
    EXPECT_THAT(story(), testing::ElementsAre("late-one started", "late-two started"));
    on("late-two", [](HttpPort& port) { port.session().setAdmitted(true); });
    waitFor("three started");
    bench_.drop();
}

TEST_F(Http2ProxyTest, APlaceThatAnotherConnectionLeavesIsFoundSoon) {
    net::ConnectionBudget budget(
        {.connections = 10, .perAddress = 2, .unadmittedPerAddress = 2, .perSecond = 9, .exempt = {}},
        bench_.gate.clock);
    bench_.occupy(budget.take("127.0.0.1").take());
    auto other = std::make_unique<net::ConnectionPlace>(budget.take("127.0.0.1").take());
    for (const char* path : {"/act/one", "/act/two"}) client_.get(path);
    bench_.peer().send(client_.toSend());
    waitFor("one started");
    bench_.gate.pass(1000);
    EXPECT_THAT(story(), testing::ElementsAre("one started"));
    other.reset();
    bench_.gate.pass(1000);
    EXPECT_THAT(story(), testing::ElementsAre("one started", "two started"));
    bench_.drop();
}

TEST_F(Http2ProxyTest, EachStreamIsItsOwnClients) {
    EXPECT_EQ(get("/1", {{"x-forwarded-for", "192.0.2.1"}}).body, "GET http://a/1 192.0.2.1\n");
    EXPECT_EQ(get("/1", {{"x-forwarded-for", "192.0.2.2"}}).body, "GET http://a/1 192.0.2.2\n");
}

} // namespace
} // namespace hookcast::http2
