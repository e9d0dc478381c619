#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::GateClient;
using support::HookGate;
using testing::HasSubstr;
using testing::IsEmpty;

/// The advice in the log after clients were asked about, one after another, and each of the answers given.
std::vector<std::string> adviceAfter(const std::vector<HookResponse>& answers, const config::HooksConfig& hooks,
                                     const std::vector<config::NotifyConfig>& notifies = {}) {
    const support::TempDir dir;
    const std::string file = dir.file("hooks.log");
    {
        HookGate gate(file);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            GateClient client(gate, hooks, notifies, i + 1);
            client.ask(HookAction::Play);
            EXPECT_TRUE(gate.transport.waitForCalls(i + 1));
            gate.transport.answer(i, answers[i]);
            EXPECT_TRUE(client.verdict.wait());
            gate.runner.settle();
        }
    }
    std::vector<std::string> lines;
    for (const std::string& line : support::linesOf(file))
        if (line.find("dialect srs4") != std::string::npos) lines.push_back(line.substr(line.find(']') + 1));
    return lines;
}

config::HooksConfig playHook() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://user:secret@a/play?token=x"};
    return hooks;
}

TEST(DialectAdvice, ComesOnceForAUrlThatAnswersAnError) {
    const std::vector<std::string> lines =
        adviceAfter({answered(400, "bad"), answered(500, "worse"), answered(422, "")}, playHook());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], HasSubstr("[warn][rtmp-1] "));
    EXPECT_THAT(lines[0], HasSubstr("/play"));
    EXPECT_THAT(lines[0], HasSubstr("answers status 400"));
    EXPECT_EQ(lines[0].find("secret"), std::string::npos) << lines[0];
    EXPECT_EQ(lines[0].find("token=x"), std::string::npos) << lines[0];
}

TEST(DialectAdvice, ComesForEveryErrorStatusAndNothingElse) {
    EXPECT_EQ(adviceAfter({answered(599, "")}, playHook()).size(), 1U);
    EXPECT_THAT(adviceAfter({answered(399, ""), answered(600, ""), answered(200, "1"), answered(201, "0"),
                             support::failed(HookResponse::Outcome::TimedOut)},
                            playHook()),
                IsEmpty());
}

TEST(DialectAdvice, DoesNotComeWhereTheIdIsAString) {
    config::HooksConfig hooks = playHook();
    hooks.clientIdForm = config::ClientIdForm::String;
    EXPECT_THAT(adviceAfter({answered(400, "")}, hooks), IsEmpty());
}

TEST(DialectAdvice, DoesNotComeWhereTheDialectIsAlreadyIt) {
    config::HooksConfig hooks = playHook();
    hooks.dialect = config::HookDialectName::Srs4;
    EXPECT_THAT(adviceAfter({answered(400, "")}, hooks), IsEmpty());
    hooks.clientIdForm = config::ClientIdForm::Integer;
    EXPECT_THAT(adviceAfter({answered(400, "")}, hooks), IsEmpty());
}

TEST(DialectAdvice, DoesNotComeForFormNotify) {
    config::NotifyConfig notify;
    notify.enabled = true;
    notify.onPlay = {"http://a/play"};
    EXPECT_THAT(adviceAfter({answered(400, "")}, {}, {notify}), IsEmpty());
}

} // namespace
} // namespace hookcast::hooks
