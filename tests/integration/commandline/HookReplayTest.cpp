#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
    int code;
    std::string output;
    std::string errors;
};

constexpr const char* kPath = R"({"match":{"path":"/api/v1/events/replay","method":"POST"},"reply":)";

/// Runs `hookcast hook replay` with this http_api.
Outcome replay(const std::string& api, std::vector<std::string> arguments) {
    const TempFolder folder;
    const std::string file = folder.write("a.conf", "listen 1935; daemon off;\n" + api + defaultVhost());
    arguments.insert(arguments.begin(), {hookcastProgram(), "hook", "replay", "-c", file});
    ChildProcess process({arguments, {}, {}});
    const int code = process.waitForExit().code;
    return {code, process.output().text(), process.errors().text()};
}

std::string apiAt(const std::string& port, const std::string& more = "") {
    return fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; {} }}\n", port, more);
}

std::string portOf(const MockBackend& mock) {
    const std::string url = mock.url("");
    return url.substr(url.rfind(':') + 1);
}

/// The mock stands for the server's control interface: what it is asked, and what becomes of its answers.
TEST(HookReplay, AsksTheServerForARange) {
    MockBackend mock;
    mock.addRule(std::string(kPath) + R"({"body":"{\"code\":0,\"data\":{\"replayed\":3}}"}})");
    const Outcome outcome = replay(
        apiAt(portOf(mock), "auth { enabled on; username joe; password pw-22222; }"),
        {"--since", "2026-11-28T22:00:00Z", "--until", "1795905000000", "--stream", "v/live/a b&c", "--client", "7"});
    EXPECT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_THAT(outcome.output, HasSubstr("3 of the events"));
    const HookCall call = mock.waitFor("the call", [](const HookCalls& calls) { return !calls.empty(); }).front();
    EXPECT_EQ(call.method, "POST");
    EXPECT_EQ(call.query, "since=1795903200000&until=1795905000000&stream=v%2Flive%2Fa%20b%26c&client=7");
    EXPECT_EQ(call.headers.at("authorization"), "Basic am9lOnB3LTIyMjIy");
    EXPECT_THAT(outcome.output + outcome.errors, Not(HasSubstr("pw-22222")));
}

TEST(HookReplay, TellsWhatTheServerDoesNotDo) {
    MockBackend mock;
    for (const char* reply : {R"({"status":401,"body":"no"}})", R"({"body":"{\"code\":1}"}})", R"({"body":"<html>"}})",
                              R"({"body":"{\"code\":0}"}})", R"({"body":"{\"code\":0,\"data\":[]}"}})"}) {
        mock.removeRules();
        mock.addRule(kPath + std::string(reply));
        const Outcome outcome = replay(apiAt(portOf(mock)), {"--since", "0"});
        EXPECT_EQ(outcome.code, 1) << reply << outcome.output;
        EXPECT_THAT(outcome.errors, HasSubstr("the server refuses"));
    }
    mock.addRule(R"({"reply":{"drop":true}})");
    mock.removeRules();
    mock.addRule(R"({"reply":{"drop":true}})");
    EXPECT_EQ(replay(apiAt(portOf(mock)), {"--since", "0"}).code, 2);
    const FreePort nobody;
    const Outcome unreached = replay(apiAt(std::to_string(nobody.number())), {"--since", "0"});
    EXPECT_EQ(unreached.code, 2);
    EXPECT_THAT(unreached.errors, HasSubstr("cannot be asked"));
}

TEST(HookReplay, SaysWhatIsWrongWithTheQuestion) {
    const std::string api = apiAt("1");
    const struct {
        std::vector<std::string> words;
        const char* says;
    } kWrong[] = {
        {{}, "--since"},
        {{"--since", "yesterday"}, "no time"},
        {{"--since", "-5"}, "no time"},
        {{"--since", "2026-11-28"}, "no time"},
        {{"--since", "2026-11-28T22:00:00"}, "no time"},
        {{"--since", "99999999999999999999"}, "no time"},
        {{"--since", "10", "--until", "9"}, "before --since"},
        {{"--since", "1", "stray"}, "stray"},
        {{"--nonsense"}, "nonsense"},
    };
    for (const auto& wrong : kWrong) {
        const Outcome outcome = replay(api, wrong.words);
        EXPECT_EQ(outcome.code, 2) << wrong.says;
        EXPECT_THAT(outcome.errors, HasSubstr(wrong.says));
    }
    EXPECT_THAT(replay("", {"--since", "1"}).errors, HasSubstr("no http_api"));
    EXPECT_EQ(replay("nonsense {", {"--since", "1"}).code, 2);
    EXPECT_EQ(replay("", {"--help"}).code, 0);
}

} // namespace
} // namespace hookcast::integration
