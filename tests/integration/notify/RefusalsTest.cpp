#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string callOf(const std::string& opening) {
    return opening.substr(std::string("on_").size());
}

/// An `http_notify` block that asks `urls` about `opening`, and tells the mock of every end.
std::string asking(const MockBackend& backend, const std::string& opening, const std::string& urls,
                   const std::string& more = "") {
    return fmt::format("http_notify {{ enabled on; {} {}; on_done {}; {} }}", opening, urls,
                       backend.url("/notify/done"), more);
}

struct Refusal {
    const char* name;
    const char* reply;  ///< of the mock's rule; empty: nobody listens
    const char* reason; ///< part of the log line
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.name;
}

const std::vector<Refusal> kRefusals = {
    {"Forbidden", R"({"status":403})", "status 403"},
    {"NotFound", R"({"status":404,"body":"0"})", "status 404"},
    {"InternalServerError", R"({"status":500,"body":"{\"code\":0}"})", "status 500"},
    {"Created", R"({"status":201,"body":"0"})", "status 201"},
    {"NoContent", R"({"status":204})", "status 204"},
    {"Redirect", R"({"status":302,"headers":{"Location":"/notify/play?followed"}})", "status 302"},
    {"Hang", R"({"delay_ms":600000})", "timed out"},
    {"Drop", R"({"drop":true})", ""},
    {"ConnectionRefused", "", ""},
};

class NotifyRefusals : public testing::TestWithParam<std::tuple<std::string, std::string, Refusal>> {};

TEST_P(NotifyRefusals, AreSeenByTheClientAndCloseItsConnection) {
    const auto& [method, opening, refusal] = GetParam();
    MockBackend backend;
    const FreePort deadPort;
    std::string url = backend.url("/asked");
    if (*refusal.reply == '\0')
        url = fmt::format("http://127.0.0.1:{}/asked", deadPort.number());
    else
        backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{}}})", refusal.reply));
    const char* timeout = std::string(refusal.name) == "Hang" ? "1.5" : "30";
    HookcastServer server(
        defaultVhost(asking(backend, opening, url, fmt::format("timeout {}; notify_method {};", timeout, method))));
    Applicant applicant(server, opening);

    const Status verdict = applicant.ask();

    EXPECT_EQ(verdict.level, "error");
    EXPECT_EQ(verdict.code, refusalCodeOf(opening));
    EXPECT_THAT(verdict.description, HasSubstr("refused by hook"));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_THAT(backend.calls(), SizeIs(*refusal.reply == '\0' ? 0 : 1)) << "and nobody hears of an end";
    EXPECT_THAT(server.waitForLog("] refused: event=" + opening), HasSubstr(refusal.reason));
    EXPECT_EQ(server.log().count("] refused: "), 1U);
}

INSTANTIATE_TEST_SUITE_P(Notify, NotifyRefusals,
                         testing::Combine(testing::Values("POST", "GET"), testing::ValuesIn(kOpenings),
                                          testing::ValuesIn(kRefusals)),
                         [](const auto& test) {
                             return std::get<0>(test.param) + "_" + std::get<1>(test.param) + "_" +
                                    std::get<2>(test.param).name;
                         });

class NotifyOpenings : public testing::TestWithParam<std::string> {};

TEST_P(NotifyOpenings, AreAdmittedByStatus200WhateverTheBody) {
    for (const std::string& body : {std::string(), std::string("1"), std::string("Forbidden"),
                                    std::string(R"({\"code\":1})"), std::string(70'000, 'x')}) {
        MockBackend backend;
        backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{{"body":"{}"}}}})", body));
        HookcastServer server(defaultVhost(asking(backend, GetParam(), backend.url("/asked"))));
        EXPECT_EQ(Applicant(server, GetParam()).ask().code, admissionCodeOf(GetParam())) << body.substr(0, 20);
        server.stop();
    }
}

TEST_P(NotifyOpenings, ThatAreRefusedEndFfmpegWithAnError) {
    MockBackend backend;
    backend.addRule(fmt::format(R"({{"match":{{"call":"{}"}},"reply":{{"status":403}}}})", callOf(GetParam())));
    HookcastServer server(defaultVhost(notifyTo(backend)));
    const std::string url = server.url("live/show");
    const std::vector<std::string> push = {"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", url};
    const std::vector<std::string> play = {"-i", url, "-f", "null", "-"};
    FfmpegRun ffmpeg(GetParam() == "on_play" ? play : push);
    EXPECT_NE(ffmpeg.waitForExit(), 0);
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("reason=\"HTTP status 403\""));
    server.stop();
}

TEST_P(NotifyOpenings, AreRefusedByRulesOnWhatTheCallSays) {
    MockBackend backend;
    backend.addRule(fmt::format(
        R"({{"match":{{"call":"{}","app":"live","addr":"127.0.0.*"}},"reply":{{"status":401}}}})", callOf(GetParam())));
    HookcastServer server(defaultVhost(notifyTo(backend, "notify_method GET;")));
    EXPECT_EQ(Applicant(server, GetParam()).ask().code, refusalCodeOf(GetParam()));
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Notify, NotifyOpenings, testing::ValuesIn(kOpenings),
                         [](const auto& test) { return test.param; });

class NotifyDone : public testing::TestWithParam<int> {};

TEST_P(NotifyDone, IsToldOnceWhateverTheAnswerUnlessThatIsAFailure) {
    MockBackend backend;
    backend.addRule(fmt::format(R"({{"match":{{"call":"done"}},"reply":{{"status":{}}}}})", GetParam()));
    HookcastServer server(defaultVhost(notifyTo(backend)));
    startPublisher(server.port(), "show");
    EXPECT_THAT(server.waitForLog("hook on_done"), HasSubstr(fmt::format("status={} verdict=told", GetParam())));
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("notify connect", "notify publish", "notify done"));
    EXPECT_EQ(server.log().count("verdict=failed"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Notify, NotifyDone, testing::Values(200, 204, 302, 403, 404));

TEST(NotifyDone, WaitsForABackendThatRestarts) {
    MockBackend backend;
    HookcastServer server(defaultVhost(notifyTo(backend)));
    {
        const auto player = startPlayer(server.port(), "show");
        backend.stop();
    }
    server.waitForLog("hook on_done");
    backend.restart();
    backend.waitForCall("notify done");
    server.stop();
    EXPECT_THAT(withAction(backend.calls(), "notify done"), SizeIs(1));
    EXPECT_GE(server.log().count("verdict=retry"), 1U);
}

} // namespace
} // namespace hookcast::integration
