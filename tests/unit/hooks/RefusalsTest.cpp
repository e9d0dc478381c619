#include "hooks/Refusals.h"

#include "hooks/Judgement.h"
#include "hooks/SrsJsonDialect.h"
#include "unit/support/FakeTransport.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using Outcome = HookResponse::Outcome;

TEST(RefusalCause, HasANameOfItsOwn) {
    std::set<std::string_view> names(kRefusalCauseNames.begin(), kRefusalCauseNames.end());
    EXPECT_EQ(names.size(), kRefusalCauses);
    EXPECT_EQ(nameOf(RefusalCause::Limit), "limit") << "the last one";
    EXPECT_EQ(nameOf(RefusalCause::NoConnection), "no_connection");
    EXPECT_EQ(nameOf(RefusalCause::HttpStatus), "http_status");
    EXPECT_EQ(nameOf(RefusalCause::Security), "security");
}

TEST(Judgement, HasWordsOfItsOwnForEachFailure) {
    std::set<std::string> words;
    std::set<RefusalCause> causes;
    const std::vector<Outcome> outcomes = {Outcome::ConnectFailed, Outcome::NoSuchHost, Outcome::TlsFailed,
                                           Outcome::TimedOut,      Outcome::Broken,     Outcome::TooLarge,
                                           Outcome::QueueFull,     Outcome::Stopped};
    for (const Outcome outcome : outcomes) {
        const Judgement judged = SrsJsonDialect::judge(failed(outcome, "x"));
        ASSERT_FALSE(judged);
        words.insert(judged.error().message);
        causes.insert(judged.error().cause);
    }
    EXPECT_EQ(words.size(), outcomes.size());
    EXPECT_EQ(causes.size(), outcomes.size());
}

TEST(Judgement, TellsANoFromWhatIsNoAnswer) {
    const auto causeOf = [](int status, const char* body) {
        return SrsJsonDialect::judge(answered(status, body)).error().cause;
    };
    EXPECT_EQ(causeOf(403, R"({"code":1})"), RefusalCause::HttpStatus);
    EXPECT_EQ(causeOf(200, R"({"code":1})"), RefusalCause::Code);
    EXPECT_EQ(causeOf(200, "1"), RefusalCause::Code);
    EXPECT_EQ(causeOf(200, ""), RefusalCause::BadAnswer);
    EXPECT_EQ(causeOf(200, "{"), RefusalCause::BadAnswer);
    EXPECT_EQ(causeOf(200, "no"), RefusalCause::BadAnswer);
    EXPECT_THAT(SrsJsonDialect::judge(answered(200, "n\xffn")).error().message, HasSubstr("(and no UTF-8): n\\xffn"));
}

class RefusalsTest : public testing::Test {
  protected:
    static RefusalLine line() {
        RefusalLine line;
        line.who = "rtmp-12";
        line.event = "on_publish";
        line.stream = "v/live/cam";
        line.ip = "192.0.2.7";
        line.number = 12;
        line.id = "k3j9x0ab";
        line.cause = RefusalCause::Busy;
        line.reason = "somebody publishes it";
        return line;
    }

    template <typename Tell>
    std::vector<std::string> linesAfter(Tell tell) {
        const support::TempDir folder;
        {
            base::Log log(base::LogLevel::Trace, folder.file("log"));
            Refusals refusals(log);
            tell(refusals);
        }
        std::vector<std::string> lines;
        for (const std::string& each : support::linesOf(folder.file("log")))
            lines.push_back(each.substr(each.find(']') + 1));
        return lines;
    }
};

TEST_F(RefusalsTest, AreOneLineThatSaysAll) {
    EXPECT_THAT(linesAfter([](Refusals& refusals) { refusals.tell(line(), 0); }),
                ElementsAre("[warn][rtmp-12] refused: event=on_publish stream=v/live/cam ip=192.0.2.7 number=12 "
                            "id=k3j9x0ab by=busy cause=busy reason=\"somebody publishes it\""));
}

TEST_F(RefusalsTest, OfABackendHaveItsUrlAndWordsWithoutSecrets) {
    RefusalLine refusal = line();
    refusal.cause = RefusalCause::Code;
    refusal.reason = "the answer's code is 1";
    refusal.url = "http://me:pass@a/streams?token=geheim";
    refusal.backendMessage = "no\ntoken=geheim for rtmp://u:geheim@h/a?x=1&password=geheim;y=2";
    refusal.elapsedMs = 3;
    EXPECT_THAT(
        linesAfter([&](Refusals& refusals) { refusals.tell(refusal, 0); }),
        ElementsAre(EndsWith("by=http://a/streams cause=code reason=\"the answer's code is 1\" "
                             "backend_msg=\"no\\x0atoken=****** for rtmp://******@h/a?x=1&password=******;y=2\" "
                             "ms=3")));
}

TEST_F(RefusalsTest, AreBounded) {
    RefusalLine refusal = line();
    refusal.url = "http://a/";
    refusal.stream = std::string(70'000, '\x1b');
    refusal.reason = std::string(70'000, '"');
    refusal.backendMessage = std::string(70'000, '\xff');
    const auto lines = linesAfter([&](Refusals& refusals) { refusals.tell(refusal, 0); });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_LT(lines.front().size(), 5000U);
}

TEST_F(RefusalsTest, OfThisServerAreHeldBackByAddressAndStreamAndAllAreCounted) {
    const auto lines = linesAfter([](Refusals& refusals) {
        RefusalLine other = line();
        other.stream = "v/live/other";
        for (int i = 0; i < 5; ++i) refusals.tell(line(), 0);
        refusals.tell(other, 0);
        EXPECT_EQ(refusals.count(RefusalCause::Busy), 6U);
        EXPECT_EQ(refusals.count(RefusalCause::Security), 0U);
    });
    EXPECT_THAT(lines, ElementsAre(HasSubstr("stream=v/live/cam"), HasSubstr("stream=v/live/other")));
}

TEST_F(RefusalsTest, OfWhatIsWrongInSeveralWaysAreOneForEach) {
    EXPECT_THAT(linesAfter([](Refusals& refusals) {
                    for (const char* reason : {"the name is not UTF-8", "the stream has no name"}) {
                        RefusalLine refusal = line();
                        refusal.cause = RefusalCause::Name;
                        refusal.reason = reason;
                        refusals.tell(refusal, 0);
                        refusals.tell(refusal, 0);
                    }
                }),
                ElementsAre(HasSubstr("not UTF-8"), HasSubstr("no name")));
}

TEST_F(RefusalsTest, OfBackendsAreAllThere) {
    RefusalLine refusal = line();
    refusal.url = "http://a/";
    EXPECT_EQ(linesAfter([&](Refusals& refusals) {
                  for (int i = 0; i < 3; ++i) refusals.tell(refusal, 0);
              }).size(),
              3U);
}

} // namespace
} // namespace hookcast::hooks
