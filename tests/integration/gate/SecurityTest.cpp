// The addresses that may publish and play, by each protocol.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Asking = std::pair<Protocol, Role>;

std::vector<Asking> allAskings() {
    std::vector<Asking> all;
    for (const Protocol protocol : kPublishProtocols) all.emplace_back(protocol, Role::Publish);
    for (const Protocol protocol : kPlayProtocols) all.emplace_back(protocol, Role::Play);
    return all;
}

std::string verbOf(Role role) {
    return role == Role::Publish ? "publish" : "play";
}

std::string security(const std::string& rules) {
    return fmt::format("security {{ enabled on; {} }}\n", rules);
}

/// One who publishes live/show, and whose calls have arrived.
std::unique_ptr<RtspPublisher> startShow(const ProtocolServer& server, MockBackend& backend) {
    auto publisher = std::make_unique<RtspPublisher>(server.server().rtspPort());
    publisher->send(true, 0);
    publisher->sync();
    backend.waitForCall("on_publish");
    return publisher;
}

class SecurityOf : public testing::TestWithParam<Asking> {
  protected:
    Protocol protocol() const { return GetParam().first; }
    Role role() const { return GetParam().second; }

    /// What the client sees.
    std::string refusal(const ProtocolServer& server) const {
        const auto client = makeClient(server, protocol(), {role(), "live/show?token=secret"});
        try {
            client->connect();
        } catch (const std::runtime_error& e) {
            return e.what(); // SRT: during the handshake
        }
        client->ask();
        // It does not wait for the verdict.
        if (role() == Role::Publish) client->passMedia();
        return client->expectRefusal();
    }

    MockBackend backend_;
};

TEST_P(SecurityOf, DeniesWithoutAskingTheBackend) {
    const Role other = role() == Role::Publish ? Role::Play : Role::Publish;
    ProtocolServer server(hooksTo(backend_) +
                          security(fmt::format("deny {} 127.0.0.0/8; allow {} all;", verbOf(role()), verbOf(other))));
    std::unique_ptr<RtspPublisher> publisher;
    if (role() == Role::Play) publisher = startShow(server, backend_);
    const std::int64_t publisherId = backend_.calls().empty() ? 0 : backend_.calls().front().number("client_id");

    EXPECT_EQ(refusal(server),
              protocol() == Protocol::Srt ? "rejected: 1403" : refusalOf(protocol(), "on_" + verbOf(role())));

    EXPECT_THAT(server.server().waitForLog("] refused: "),
                HasSubstr(fmt::format("127.0.0.1 may not {}", verbOf(role()))));
    publisher.reset();
    server.server().stop();
    EXPECT_EQ(server.server().log().count("] refused: "), 1U);
    EXPECT_EQ(server.server().log().count("secret"), 0U);
    std::vector<std::string> actions;
    for (const HookCall& call : backend_.calls())
        if (call.number("client_id") != publisherId) actions.push_back(call.action());
    // When an RTMP client connects nobody knows yet what it wants.
    if (protocol() == Protocol::Rtmp)
        EXPECT_THAT(actions, ElementsAre("on_connect", "on_close"));
    else
        EXPECT_THAT(actions, IsEmpty());
}

TEST_P(SecurityOf, AdmitsWhomItAllows) {
    ProtocolServer server(hooksTo(backend_) +
                          security("deny publish 10.0.0.0/8; allow publish 127.0.0.1; allow play 127.0.0.0/8;"));
    std::unique_ptr<RtspPublisher> publisher;
    if (role() == Role::Play) publisher = startShow(server, backend_);
    const auto client = makeClient(server, protocol(), {role(), "live/show"});
    client->connect();
    client->ask();
    client->expectAdmission();
    backend_.waitForCall("on_" + verbOf(role()));
    client->kill();
    publisher.reset();
    server.server().stop();
}

INSTANTIATE_TEST_SUITE_P(Gate, SecurityOf, testing::ValuesIn(allAskings()), [](const auto& test) {
    std::ostringstream name;
    name << test.param.first << '_' << test.param.second;
    return name.str();
});

TEST(Security, WhoMayDoNeitherIsRefusedAtOnce) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend) + security("")));
    RtmpClient client(server.port());
    client.shakeHands();
    const Status verdict = client.connect(requestFor(server.port(), "live"));
    EXPECT_EQ(verdict.code, "NetConnection.Connect.Rejected");
    EXPECT_EQ(verdict.description, "refused by security: 127.0.0.1 may not publish, refused by security: 127.0.0.1 may "
                                   "not play");
    client.expectClosed();
    RtspClient rtsp(server.rtspPort());
    EXPECT_EQ(rtsp.request("OPTIONS", rtspUrl(server.rtspPort(), "live/show")).status, 403);
    rtsp.expectClosed();
    server.stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
}

TEST(Security, APlayerIsToldNothingOfAStreamThatItMayNotPlay) {
    HookcastServer server(defaultVhost(security("allow publish all;")));
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    for (const char* method : {"DESCRIBE", "SETUP"}) {
        RtspClient client(server.rtspPort());
        const std::string url = rtspUrl(server.rtspPort(), "live/show");
        EXPECT_EQ(client.request("OPTIONS", url).status, 200) << "it might publish";
        const auto answer = client.request(method, url, {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}});
        EXPECT_EQ(answer.status, 403) << method;
        EXPECT_TRUE(answer.body.empty());
        client.expectClosed();
    }
    server.stop();
}

TEST(Security, AnotherVhostsRulesCountWhereAStreamNamesIt) {
    MockBackend backend;
    HookcastServer server(defaultVhost() + vhost("closed", hooksTo(backend) + security("allow play all;")));
    auto client = connectClient(server.port());
    client->createStream();
    EXPECT_EQ(client->publish("show?vhost=closed").code, "NetStream.Publish.Denied");
    client->expectClosed();
    server.stop();
    EXPECT_THAT(backend.calls(), IsEmpty());
}

TEST(Security, ADeniedPublisherTakesNobodysName) {
    HookcastServer server(defaultVhost(security("allow play all;")));
    for (int i = 0; i < 2; ++i) {
        auto client = connectClient(server.port());
        client->createStream();
        EXPECT_EQ(client->publish("show").code, "NetStream.Publish.Denied");
        client->expectClosed();
    }
    server.stop();
}

} // namespace
} // namespace hookcast::integration
