#include "support/HookDirectives.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

enum class Dialect { Json, Form };

/// A way for a backend to refuse, in a dialect.
struct Way {
    const char* name;
    Dialect dialect;
    const char* reply;  ///< of the mock's rule; empty: it is gone
    const char* reason; ///< parts of the log line
    const char* cause;
};

const std::vector<Way> kWays = {
    {"JsonStatus", Dialect::Json, R"({"status":403,"body":"0"})", "HTTP status 403", "http_status"},
    {"JsonBody", Dialect::Json, R"({"body":"1"})", "neither 0 nor a JSON object", "code"},
    {"JsonUnreachable", Dialect::Json, "", "no connection: ", "no_connection"},
    {"FormStatus", Dialect::Form, R"({"status":403,"body":"0"})", "HTTP status 403", "http_status"},
    {"FormUnreachable", Dialect::Form, "", "no connection: ", "no_connection"},
};

std::ostream& operator<<(std::ostream& out, const Way& way) {
    return out << way.name;
}

/// Who asks, and what is refused.
struct Asking {
    Protocol protocol;
    Role role;
    std::string opening;
};

std::ostream& operator<<(std::ostream& out, const Asking& asking) {
    return out << asking.protocol << '_' << asking.role << '_' << asking.opening;
}

std::vector<Asking> allAskings() {
    std::vector<Asking> all;
    for (const Protocol protocol : kPublishProtocols)
        for (const char* opening : {"on_connect", "on_publish"}) all.push_back({protocol, Role::Publish, opening});
    for (const Protocol protocol : kPlayProtocols)
        for (const char* opening : {"on_connect", "on_play"}) all.push_back({protocol, Role::Play, opening});
    return all;
}

class ProtocolRefusals : public testing::TestWithParam<std::tuple<Asking, Way>> {
  protected:
    ProtocolRefusals() : asking_(std::get<0>(GetParam())), way_(std::get<1>(GetParam())) {
        backend_.addRule(R"({"match":{"path":"/asked"},"reply":{"body":"0"}})");
    }

    /// The backend is asked about the one opening only, so that it cannot refuse another one.
    std::string block() const {
        const std::string url = backend_.url("/asked");
        if (way_.dialect == Dialect::Json)
            return fmt::format("http_hooks {{ enabled on; {} {}; {} {}; }}\n", asking_.opening, url,
                               closingOf(asking_.opening), url);
        return fmt::format("http_notify {{ enabled on; {} {}; on_done {}; }}\n", asking_.opening, url, url);
    }

    /// From now on.
    void refuse() {
        backend_.removeRules();
        if (*way_.reply == '\0')
            backend_.stop();
        else
            backend_.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{}}})", way_.reply));
    }

    Asking asking_;
    Way way_;
    MockBackend backend_;
    ProtocolServer server_{block()};
};

TEST_P(ProtocolRefusals, AreSeenByTheClientAndNoMediaPasses) {
    // Whoever is there already was admitted.
    const HookcastServer& server = server_.server();
    std::unique_ptr<RtspPublisher> publisher;
    std::unique_ptr<RtmpClient> witness;
    if (asking_.role == Role::Play) {
        publisher = std::make_unique<RtspPublisher>(server.rtspPort());
        publisher->send(true, 0);
        publisher->sync();
    } else {
        witness = startPlayer(server.port(), "show");
    }
    refuse();
    const auto client = makeClient(server_, asking_.protocol, {asking_.role, "live/show?token=secret"});
    client->connect();
    client->ask();
    // It does not wait for the verdict.
    if (asking_.role == Role::Publish) client->passMedia();

    EXPECT_EQ(client->expectRefusal(), refusalOf(asking_.protocol, asking_.opening));

    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook"));
    const std::string line = server.waitForLog("] refused: ");
    // An RTMP client names its stream later.
    const bool isNamed = asking_.protocol != Protocol::Rtmp || asking_.opening != "on_connect";
    EXPECT_THAT(line, HasSubstr(fmt::format("event={} stream=__defaultVhost__/live{} ip=127.0.0.1 number=",
                                            asking_.opening, isNamed ? "/show" : "")));
    EXPECT_THAT(line, HasSubstr(fmt::format(" by={} cause={} reason=\"", backend_.url("/asked"), way_.cause)));
    EXPECT_THAT(line, AllOf(HasSubstr("[warn]["), HasSubstr(" id="), HasSubstr(way_.reason)));
    ASSERT_THAT(server.closedLines("", 1), SizeIs(1));
    EXPECT_THAT(server.closedLines().front(), Not(HasSubstr("[warn]"))) << "it has been told";
    if (witness != nullptr) {
        for (const rtmp::Message& message : witness->ping())
            EXPECT_TRUE(message.type != rtmp::MessageType::Audio && message.type != rtmp::MessageType::Video);
    }
    server_.server().stop();
    EXPECT_EQ(server.log().count("] refused: "), 1U);
    EXPECT_EQ(server.log().count("secret"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Hooks, ProtocolRefusals,
                         testing::Combine(testing::ValuesIn(allAskings()), testing::ValuesIn(kWays)),
                         [](const auto& test) {
                             std::ostringstream name;
                             name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
                             return name.str();
                         });

} // namespace
} // namespace hookcast::integration
