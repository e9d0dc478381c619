// Who a stream's client is, and which place he has.
#include "unit/http2/Http2Bench.h"

#include <gmock/gmock.h>

#include <cstdint>
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

class Http2ProxyTest : public Http2Bench {
  protected:
    Http2ProxyTest()
        : Http2Bench(configWith([](config::Config& config) {
              config.trustedProxies = {base::IpNetwork::parse("127.0.0.0/8").take()};
          })) {}
};

TEST_F(Http2ProxyTest, EachStreamIsItsOwnClients) {
    EXPECT_EQ(get("/1", {{"x-forwarded-for", "192.0.2.1"}}).body, "GET http://a/1 192.0.2.1\n");
    EXPECT_EQ(get("/1", {{"x-forwarded-for", "192.0.2.2"}}).body, "GET http://a/1 192.0.2.2\n");
}

} // namespace
} // namespace hookcast::http2
