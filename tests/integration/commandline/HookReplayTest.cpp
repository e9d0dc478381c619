#include "base/TimeText.h"
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
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
        {"--since", "2026-11-28T22:00:00Z", "--until", "1795905000.25", "--stream", "v/live/a b&c", "--client", "7"});
    EXPECT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_THAT(outcome.output, HasSubstr("3 of the events"));
    const HookCall call = mock.waitFor("the call", [](const HookCalls& calls) { return !calls.empty(); }).front();
    EXPECT_EQ(call.method, "POST");
    EXPECT_EQ(call.query, "since=2026-11-28T22%3A00%3A00.000Z&until=2026-11-28T22%3A30%3A00.250Z&"
                          "stream=v%2Flive%2Fa%20b%26c&client=7");
    EXPECT_EQ(call.headers.at("authorization"), "Basic am9lOnB3LTIyMjIy");
    EXPECT_THAT(outcome.output + outcome.errors, Not(HasSubstr("pw-22222")));
}

TEST(HookReplay, TellsAgainWhatARealServerHasToldInThatTime) {
    MockBackend backend;
    const TempFolder spool;
    const FreePort api;
    const HookcastServer server(fmt::format("spool {{ path {}; retry 1; }}\nhttp_api {{ enabled on; listen "
                                            "127.0.0.1:{}; }}\n",
                                            spool.path().string(), api.number()) +
                                defaultVhost(hooksTo(backend)));
    const std::int64_t beganMs =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    startPublisher(server.port(), "show").reset();
    const auto closings = [&backend](std::size_t count) {
        backend.waitFor("on_close",
                        [count](const HookCalls& calls) { return withAction(calls, "on_close").size() >= count; });
    };
    closings(1);
    const std::string at = apiAt(std::to_string(api.number()));
    const std::string seconds = fmt::format("{}.{:03}", beganMs / 1000, beganMs % 1000);
    const std::string hour = base::timeText(beganMs + 3'600'000);
    EXPECT_THAT(replay(at, {"--since", seconds}).output, HasSubstr("2 of the events"));
    closings(2);
    EXPECT_THAT(replay(at, {"--since", base::timeText(beganMs), "--until", hour}).output, HasSubstr("2 of the events"));
    closings(3);
    EXPECT_THAT(replay(at, {"--since", hour}).output, HasSubstr("0 of the events"));
    EXPECT_THAT(replay(at, {"--since", "0", "--until", seconds}).output, HasSubstr("0 of the events"));
    const auto statusOf = [&api](const char* method, const std::string& target) {
        HttpClient client(api.number());
        client.send(method, target);
        return client.receive().status;
    };
    for (const char* wrong : {"since=abc", "until=-1", "since=1e9", "since=%zz", "since=", "sinse=1", "stream="})
        EXPECT_EQ(statusOf("POST", std::string("/api/v1/events/replay?") + wrong), 400) << wrong;
    EXPECT_EQ(statusOf("GET", "/api/v1/events?since=abc"), 400);
    EXPECT_EQ(statusOf("GET", "/api/v1/events?since=&until="), 200);
    EXPECT_EQ(withAction(backend.calls(), "on_close").size(), 3U);
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
        {{"--since", "yesterday"}, "--since: a time is"},
        {{"--since", "-5"}, "--since: a time is"},
        {{"--since", "2026-11-28"}, "--since: a time is"},
        {{"--since", "2026-11-28T22:00:00"}, "--since: a time is"},
        {{"--since", "1795903200000"}, "--since: a time is"}, // milliseconds
        {{"--since", "0", "--until", "x"}, "--until: a time is"},
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
