// Clients of every protocol are closed from outside: they leave, and the backends hear of it once.
#include "support/ApiClient.h"
#include "support/FreePort.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;

class KickingServer {
  public:
    KickingServer()
        : server(hooksTo(backend), fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", port_.number())) {}

    MockBackend backend;

  private:
    FreePort port_;

  public:
    ApiClient api{port_.number()};
    ProtocolServer server;
};

class Kick : public testing::TestWithParam<std::tuple<Protocol, Role>> {};

TEST_P(Kick, EndsTheSessionWithItsClosings) {
    KickingServer kicking;
    const auto [protocol, role] = GetParam();
    // Some protocols play only what somebody publishes.
    const bool plays = role == Role::Play;
    std::unique_ptr<RtspPublisher> publisher;
    if (plays) {
        publisher = std::make_unique<RtspPublisher>(kicking.server.server().rtspPort());
        publisher->send(true, 0);
        publisher->sync();
    }
    const auto client = makeClient(kicking.server, protocol, {role, "live/show"});
    client->connect();
    client->ask();
    client->expectAdmission();
    const std::size_t expected = plays ? 2 : 1;
    const Json answer = kicking.api.waitFor(
        "/api/v1/clients", [expected](const Json& json) { return json->getArray("clients")->size() == expected; });
    const auto id =
        answer->getArray("clients")->getObject(static_cast<unsigned>(expected - 1))->getValue<std::string>("id");
    EXPECT_EQ(kicking.api.json("DELETE", "/api/v1/clients/" + id)->getValue<int>("code"), 0);
    kicking.server.server().waitForLog("closed: kicked by the control interface");
    const char* closing = plays ? "on_stop" : "on_unpublish";
    EXPECT_EQ(std::to_string(kicking.backend.waitForCall(closing).number("client_id")), id);
    kicking.backend.waitForCall("on_close");
    kicking.api.waitFor("/api/v1/clients",
                        [expected](const Json& json) { return json->getArray("clients")->size() == expected - 1; });
    EXPECT_EQ(kicking.api.json("DELETE", "/api/v1/clients/" + id)->getValue<int>("code"), 2049) << "it is gone";
    kicking.server.server().stop();
    EXPECT_EQ(withAction(kicking.backend.calls(), closing).size(), 1U);
}

std::vector<std::tuple<Protocol, Role>> everyRole() {
    std::vector<std::tuple<Protocol, Role>> all;
    for (const Protocol protocol : kPublishProtocols) all.emplace_back(protocol, Role::Publish);
    for (const Protocol protocol : kPlayProtocols) all.emplace_back(protocol, Role::Play);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Clients, Kick, testing::ValuesIn(everyRole()), [](const auto& test) {
    return nameOf(std::get<0>(test.param)) + (std::get<1>(test.param) == Role::Play ? "Plays" : "Publishes");
});

TEST(KickStream, ClosesAllWhoPublishOrPlayItAndNobodyElse) {
    KickingServer kicking;
    const std::uint16_t port = kicking.server.server().port();
    const auto publisher = startPublisher(port, "show");
    const auto player = startPlayer(port, "show");
    const auto other = startPlayer(port, "another");
    const auto streams = kicking.api.get("/api/v1/streams")->getArray("streams");
    std::string id;
    for (unsigned i = 0; i < streams->size(); ++i)
        if (streams->getObject(i)->getValue<std::string>("name") == "show")
            id = streams->getObject(i)->getValue<std::string>("id");
    EXPECT_EQ(kicking.api.json("DELETE", "/api/v1/streams/" + id + "?type=play")->getValue<int>("kicked"), 1);
    player->expectClosed();
    publisher->sync();
    const auto again = startPlayer(port, "show");
    EXPECT_EQ(kicking.api.json("DELETE", "/api/v1/streams/" + id)->getValue<int>("kicked"), 2);
    publisher->expectClosed();
    again->expectClosed();
    other->sync();
    kicking.backend.waitForCall("on_unpublish");
    kicking.backend.waitForCall("on_stop", 2);
}

} // namespace
} // namespace hookcast::integration
