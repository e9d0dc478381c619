#include "support/Refusal.h"
#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class Refusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {
  protected:
    Refusals() : opening_(std::get<0>(GetParam())), refusal_(std::get<1>(GetParam())), refusing_(opening_, refusal_) {}

    std::string opening_;
    Refusal refusal_;
    RefusingBackend refusing_;
};

TEST_P(Refusals, AreSeenByTheClientAndCloseItsConnection) {
    HookcastServer server(defaultVhost(refusing_.hooks()));
    Applicant applicant(server, opening_);

    const Status verdict = applicant.ask();

    EXPECT_EQ(verdict.level, "error");
    EXPECT_EQ(verdict.code, refusalCodeOf(opening_));
    EXPECT_THAT(verdict.description, testing::EndsWith("refused by hook")) << "and no word of the answer";
    applicant.client().expectClosed();
    server.stop();
    EXPECT_EQ(actionsOf(refusing_.backend().calls()), refusing_.expectedCalls());
    ASSERT_THAT(server.closedLines(), SizeIs(1));
    EXPECT_THAT(server.closedLines().front(), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr(refusal_.reason));
}

INSTANTIATE_TEST_SUITE_P(Hooks, Refusals,
                         testing::Combine(testing::ValuesIn(kOpenings), testing::ValuesIn(allRefusals())),
                         [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param).name; });

class Openings : public testing::TestWithParam<std::string> {};

TEST_P(Openings, AreRefusedByAnAnswerThatIsTooLong) {
    MockBackend backend;
    // Cut to what is read of it, or with its blanks cut off, it would admit.
    const std::string body = "0" + std::string(70000, ' ');
    backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{{"body":"{}"}}}})", body));
    HookcastServer server(defaultVhost(hooksWith(backend, GetParam(), backend.url("/asked"))));
    Applicant applicant(server, GetParam());
    EXPECT_EQ(applicant.ask().code, refusalCodeOf(GetParam()));
    applicant.client().expectClosed();
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("longer than 64 KiB"));
    server.stop();
}

TEST_P(Openings, AreRefusedByAConnectionThatIsDroppedWithoutAnswer) {
    MockBackend backend;
    backend.addRule(R"({"match":{"path":"/asked"},"reply":{"drop":true}})");
    HookcastServer server(defaultVhost(hooksWith(backend, GetParam(), backend.url("/asked"))));
    Applicant applicant(server, GetParam());
    EXPECT_EQ(applicant.ask().code, refusalCodeOf(GetParam()));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_THAT(withAction(backend.calls(), closingOf(GetParam())), SizeIs(0));
}

TEST_P(Openings, AreAdmittedByAnAnswerThatIsLong) {
    MockBackend backend;
    const std::string body = "0" + std::string(60000, ' ');
    backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{{"body":"{}"}}}})", body));
    HookcastServer server(defaultVhost(hooksWith(backend, GetParam(), backend.url("/asked"))));
    EXPECT_EQ(Applicant(server, GetParam()).ask().code, admissionCodeOf(GetParam()));
    server.stop();
}

TEST_P(Openings, AreAdmittedByEachAnswerThatSaysSo) {
    for (const char* body : {"0", R"( 0\n)", R"({\"code\":0})", R"({\"code\":0,\"data\":null})", R"(\r\n0\t)"}) {
        MockBackend backend;
        backend.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{{"body":"{}"}}}})", body));
        HookcastServer server(defaultVhost(hooksWith(backend, GetParam(), backend.url("/asked"))));
        EXPECT_EQ(Applicant(server, GetParam()).ask().code, admissionCodeOf(GetParam())) << body;
        server.stop();
    }
}

TEST_P(Openings, AreAdmittedByLaterReleasesOfTheApiServer) {
    MockBackend backend({"--reply", "json"});
    HookcastServer server(defaultVhost(hooksTo(backend)));
    EXPECT_EQ(Applicant(server, GetParam()).ask().code, admissionCodeOf(GetParam()));
    server.stop();
}

TEST_P(Openings, ThatAreRefusedEndFfmpegWithAnError) {
    MockBackend backend;
    backend.addRule(fmt::format(R"({{"match":{{"action":"{}"}},"reply":{{"status":403}}}})", GetParam()));
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const std::string url = server.url("live/show");
    const std::vector<std::string> push = {"-re", "-i", h264AacClip(), "-c", "copy", "-f", "flv", url};
    const std::vector<std::string> play = {"-i", url, "-f", "null", "-"};
    FfmpegRun ffmpeg(GetParam() == "on_play" ? play : push);
    EXPECT_NE(ffmpeg.waitForExit(), 0);
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("reason=\"HTTP status 403\""));
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Hooks, Openings, testing::ValuesIn(kOpenings), [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
