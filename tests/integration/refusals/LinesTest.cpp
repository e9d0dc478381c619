// Why a client was refused stands in one line of the log, whoever refuses.
#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/Sessions.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
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
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class OwnRefusals : public testing::TestWithParam<std::tuple<Protocol, Role>> {
  protected:
    /// The one line of a server that refuses by `directives`.
    std::string lineOf(const std::string& directives) {
        ProtocolServer server(directives);
        const auto [protocol, role] = GetParam();
        const auto client = makeClient(server, protocol, {role, "live/show?token=secret"});
        try {
            client->connect();
            client->ask();
            client->expectRefusal();
        } catch (const std::runtime_error&) {
            // SRT is refused during the handshake.
        }
        const std::string line = server.server().waitForLog("] refused: ");
        server.server().stop();
        EXPECT_EQ(server.server().log().count("] refused: "), 1U);
        EXPECT_EQ(server.server().log().count("[warn]"), 1U) << "and nothing else warns of it";
        EXPECT_EQ(server.server().log().count("secret"), 0U);
        return line;
    }
};

TEST_P(OwnRefusals, OfARuleSaySo) {
    const std::string line = lineOf("security { enabled on; deny publish all; deny play all; }");
    EXPECT_THAT(line, HasSubstr("stream=__defaultVhost__/live"));
    EXPECT_THAT(line, HasSubstr("ip=127.0.0.1"));
    EXPECT_THAT(line, HasSubstr(" by=security cause=security reason=\"refused by security: 127.0.0.1 may not p"));
}

using VhostRefusals = OwnRefusals;

TEST_P(VhostRefusals, SaySo) {
    EXPECT_THAT(
        lineOf("enabled off;"),
        AllOf(HasSubstr("/live"), HasSubstr(" by=vhost cause=vhost reason=\"vhost __defaultVhost__ is disabled")));
}

std::string nameOfClient(const testing::TestParamInfo<std::tuple<Protocol, Role>>& test) {
    std::ostringstream name;
    name << std::get<0>(test.param) << '_' << std::get<1>(test.param);
    return name.str();
}

/// Over HTTP, a path of a vhost that is not served is a path that is not there.
std::vector<std::tuple<Protocol, Role>> clientsThatNameVhosts() {
    std::vector<std::tuple<Protocol, Role>> clients = allClients();
    std::erase_if(clients, [](const auto& client) { return isHttp(std::get<0>(client)); });
    return clients;
}

INSTANTIATE_TEST_SUITE_P(Lines, OwnRefusals, testing::ValuesIn(allClients()), nameOfClient);
INSTANTIATE_TEST_SUITE_P(Lines, VhostRefusals, testing::ValuesIn(clientsThatNameVhosts()), nameOfClient);

class BusyNames : public testing::TestWithParam<Protocol> {};

TEST_P(BusyNames, AreToldInOneLine) {
    ProtocolServer server("");
    const auto first = startPublisher(server.server().port(), "show");
    const auto client = makeClient(server, GetParam(), {Role::Publish, "live/show?token=secret"});
    try {
        client->connect();
        client->ask();
        client->expectRefusal();
    } catch (const std::runtime_error&) {
        // SRT is refused during the handshake.
    }
    EXPECT_THAT(server.server().waitForLog("] refused: "),
                AllOf(HasSubstr("event=on_publish stream=__defaultVhost__/live/show ip=127.0.0.1"),
                      HasSubstr(" by=busy cause=busy reason=\"somebody publishes ")));
    server.server().stop();
    EXPECT_EQ(server.server().log().count("] refused: "), 1U);
    EXPECT_EQ(server.server().log().count("secret"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Lines, BusyNames, testing::ValuesIn(kPublishProtocols),
                         [](const auto& test) { return nameOf(test.param); });

/// How a backend fails, and what the line says then.
struct Failing {
    const char* name;
    const char* reply; ///< of the mock's rule
    const char* cause;
    const char* reason;
};

std::ostream& operator<<(std::ostream& out, const Failing& failing) {
    return out << failing.name;
}

const std::vector<Failing> kFailings = {
    {"Status", R"({"status":503})", "http_status", "HTTP status 503"},
    {"Code", R"({"body":"{\"code\":7}"})", "code", "the answer's code is 7"},
    {"NoJson", R"({"body":"{\"code\":"})", "bad_answer", "the answer is not a JSON object"},
    {"NoCode", R"({"body":"{\"x\":0}"})", "bad_answer", "the answer has no integer `code`"},
    {"Empty", R"({"body":""})", "bad_answer", "the answer is empty"},
    {"Dropped", R"({"drop":true})", "broken_answer", "no whole answer: "},
    {"Slow", R"({"delay_ms":60000})", "timeout", "timed out: "},
};

class FailingBackends : public testing::TestWithParam<Failing> {};

TEST_P(FailingBackends, HaveWordsOfTheirOwn) {
    MockBackend backend;
    backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{}}})", GetParam().reply));
    const HookcastServer server(defaultVhost(
        fmt::format("http_hooks {{ enabled on; timeout 1; on_publish {}?key=hidden; }}", backend.url("/asked"))));
    Applicant(server, "on_publish").ask();
    const std::string line = server.waitForLog("] refused: ");
    EXPECT_THAT(line, HasSubstr(fmt::format("by={} cause={} ", backend.url("/asked"), GetParam().cause)));
    EXPECT_THAT(line, AllOf(HasSubstr(GetParam().reason), Not(HasSubstr("hidden"))));
}

INSTANTIATE_TEST_SUITE_P(Lines, FailingBackends, testing::ValuesIn(kFailings),
                         [](const auto& test) { return test.param.name; });

TEST(RefusalLines, TellAHostThatIsNotThere) {
    const HookcastServer server(defaultVhost("http_hooks { enabled on; on_publish http://nobody.invalid/x; }"));
    Applicant(server, "on_publish").ask();
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr(" by=http://nobody.invalid/x cause=dns reason=\"DNS: "));
}

TEST(RefusalLines, HaveWhatTheBackendSaysAndTheClientHasNot) {
    MockBackend backend;
    backend.addRule(R"({"match":{"path":"/asked"},"reply":{"status":403,"body":"{\"code\":1,)"
                    R"(\"msg\":\"no such camera\\n[fake] \\u001b[31m rtmp://a/b?token=geheim x?key=geheim\"}"}})");
    const HookcastServer server(
        defaultVhost(fmt::format("http_hooks {{ enabled on; on_publish {}; }}", backend.url("/asked"))));
    const Status told = Applicant(server, "on_publish").ask();
    EXPECT_THAT(told.description, Not(HasSubstr("camera")));
    EXPECT_THAT(
        server.waitForLog("] refused: "),
        HasSubstr(R"( backend_msg="no such camera\x0a[fake] \x1b[31m rtmp://a/b?token=****** x?key=******" ms=)"));
    EXPECT_EQ(server.log().count("geheim"), 0U);
}

TEST(RefusalLines, AreBoundedAndJsonWhateverIsInThem) {
    MockBackend backend;
    const std::string longText(50000, 'x');
    backend.addRule(R"({"match":{"path":"/asked"},"reply":{"body":"{\"code\":1,\"msg\":\"\\\"}\\n)" + longText +
                    R"(\"}"}})");
    HookcastServer server("log_format json;\n" + defaultVhost(fmt::format("http_hooks {{ enabled on; on_publish {}; }}",
                                                                          backend.url("/asked"))));
    RtmpClient client(server.port());
    client.shakeHands();
    client.connect(requestFor(server.port(), "live"));
    client.publish("a\"},{ \xF0\x9F\x8E\xA5 ?token=secret");
    const std::string line = server.waitForLog("\"msg\":\"refused: ");
    EXPECT_LT(line.size(), 3000U);
    Poco::JSON::Parser parser;
    const auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(object->getValue<std::string>("event"), "on_publish");
    EXPECT_THAT(object->getValue<std::string>("stream"), HasSubstr("a\"},{ \xF0\x9F\x8E\xA5"));
    EXPECT_EQ(object->getValue<std::string>("cause"), "code");
    EXPECT_THAT(object->getValue<std::string>("backend_msg"), AllOf(testing::StartsWith("\"}\n"), EndsWith("x...")));
    EXPECT_GT(object->getValue<int>("number"), 0);
    server.stop();
    EXPECT_EQ(server.log().count("secret"), 0U);
    std::istringstream log(server.log().text());
    for (std::string each; std::getline(log, each);) {
        Poco::JSON::Parser whole;
        EXPECT_NO_THROW(whole.parse(each)) << each;
    }
}

TEST(RefusalLines, OfTwoCamerasAtOneAddressAreTwo) {
    HookcastServer server(defaultVhost("security { enabled on; deny publish all; allow play all; }"));
    for (const char* name : {"one", "two"}) {
        RtmpClient client(server.port());
        client.shakeHands();
        client.connect(requestFor(server.port(), "live"));
        client.publish(name);
        server.waitForLog(fmt::format("] refused: event=on_publish stream=__defaultVhost__/live/{} ", name));
    }
    server.stop();
    EXPECT_EQ(server.log().count("] refused: "), 2U);
}

TEST(RefusalLines, HookCallsNameTheirStream) {
    MockBackend backend;
    const HookcastServer server(defaultVhost(hooksTo(backend)));
    startPublisher(server.port(), "show")->sync();
    EXPECT_THAT(server.waitForLog("hook on_publish"), HasSubstr(" stream=__defaultVhost__/live/show url="));
    EXPECT_THAT(server.waitForLog("hook on_connect"), HasSubstr(" stream=__defaultVhost__/live url="));
}

} // namespace
} // namespace hookcast::integration
