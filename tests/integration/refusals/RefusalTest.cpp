#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/FreePort.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// A way to refuse.
struct Refusal {
    const char* name;
    const char* reply;   ///< of the mock's rule for the asked URL; empty: no rule
    const char* url;     ///< what is asked, behind the mock's address where it begins with a slash
    const char* reason;  ///< part of the log line
    bool reachesBackend; ///< whether the mock sees the call
    bool secondOfTwo;    ///< another URL of the mock's is asked before, and admits
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.name;
}

const std::vector<Refusal> kRefusals = {
    {"NotFound", R"({"status":404})", "/asked", "status 404", true, false},
    {"InternalServerError", R"({"status":500})", "/asked", "status 500", true, false},
    {"Redirect", R"({"status":301,"headers":{"Location":"/api/v1/clients?followed"}})", "/asked", "status 301", true,
     false},
    {"One", R"({"body":"1"})", "/asked", "neither 0 nor a JSON object", true, false},
    {"Empty", R"({"body":""})", "/asked", "the answer is empty", true, false},
    {"QuotedZero", R"({"body":"\"0\""})", "/asked", "neither 0 nor a JSON object", true, false},
    {"CodeOne", R"({"body":"{\"code\":1}"})", "/asked", "the answer's code is 1", true, false},
    {"Html", R"({"body":"<html><body>0</body></html>"})", "/asked", "neither 0 nor a JSON object", true, false},
    {"Hang", R"({"delay_ms":600000})", "/asked", "timed out", true, false},
    {"ConnectionRefused", "", "http://127.0.0.1:PORT/asked", "", false, false},
    {"UnknownHost", "", "http://no-such-host.invalid/asked", "", false, false},
    {"SecondOfTwo", R"({"status":403})", "/asked", "status 403", true, true},
    // Beyond the twelve.
    {"NoContent", R"({"status":204})", "/asked", "status 204", true, false},
    {"QuotedCode", R"({"body":"{\"code\":\"0\"}"})", "/asked", "no integer", true, false},
    {"NoCode", R"({"body":"{}"})", "/asked", "no integer", true, false},
    {"ZeroWithMore", R"({"body":"0 0"})", "/asked", "neither 0 nor a JSON object", true, false},
};

class Refusals : public testing::TestWithParam<std::tuple<std::string, Refusal>> {
  protected:
    Refusals() : opening_(std::get<0>(GetParam())), refusal_(std::get<1>(GetParam())) {
        if (*refusal_.reply != '\0')
            backend_.addRule(fmt::format(R"({{"match":{{"path":"/asked"}},"reply":{}}})", refusal_.reply));
    }

    std::string urls() const {
        std::string url = refusal_.url;
        if (const std::size_t port = url.find("PORT"); port != std::string::npos)
            url.replace(port, 4, std::to_string(deadPort_.number()));
        if (url.starts_with('/')) url = backend_.url(url);
        return refusal_.secondOfTwo ? backend_.url(pathOf(opening_)) + " " + url : url;
    }

    /// Every call that the backend has to get, in order.
    std::vector<std::string> expectedCalls() const {
        std::vector<std::string> calls;
        if (opening_ != "on_connect") calls.emplace_back("on_connect");
        if (refusal_.secondOfTwo) calls.push_back(opening_);
        if (refusal_.reachesBackend) calls.push_back(opening_);
        // Who said yes to an opening that came to nothing learns of its end, and nobody else.
        if (refusal_.secondOfTwo) calls.push_back(closingOf(opening_));
        if (opening_ != "on_connect") calls.emplace_back("on_close");
        return calls;
    }

    std::string opening_;
    Refusal refusal_;
    FreePort deadPort_; ///< nobody listens here
    MockBackend backend_;
};

TEST_P(Refusals, AreSeenByTheClientAndCloseItsConnection) {
    // A loaded machine needs its time for the answers that are meant to come.
    const char* timeout = std::string(refusal_.name) == "Hang" ? "timeout 1.5;" : "timeout 30;";
    HookcastServer server(defaultVhost(hooksWith(backend_, opening_, urls(), timeout)));
    Applicant applicant(server, opening_);

    const Status verdict = applicant.ask();

    EXPECT_EQ(verdict.level, "error");
    EXPECT_EQ(verdict.code, refusalCodeOf(opening_));
    EXPECT_THAT(verdict.description, HasSubstr("refused by hook"));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_EQ(actionsOf(backend_.calls()), expectedCalls());
    ASSERT_THAT(server.closedLines(), SizeIs(1));
    EXPECT_THAT(server.closedLines().front(), HasSubstr("refused by hook"));
    EXPECT_THAT(server.waitForLog("verdict=refused"), HasSubstr(refusal_.reason));
}

INSTANTIATE_TEST_SUITE_P(Hooks, Refusals, testing::Combine(testing::ValuesIn(kOpenings), testing::ValuesIn(kRefusals)),
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
    EXPECT_THAT(server.waitForLog("verdict=refused"), HasSubstr("longer than 64 KiB"));
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
    EXPECT_THAT(server.waitForLog("] closed: "), HasSubstr("refused by hook: status 403"));
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Hooks, Openings, testing::ValuesIn(kOpenings), [](const auto& test) { return test.param; });

} // namespace
} // namespace hookcast::integration
