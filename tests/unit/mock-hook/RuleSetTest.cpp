#include "api-server/RuleSet.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::mock {
namespace {

class RuleSetTest : public ::testing::Test {
  protected:
    std::uint64_t add(const std::string& json) {
        auto rule = parseRule(json);
        EXPECT_TRUE(rule.ok()) << json << ": " << rule.error().message;
        const auto id = rules_.add(rule.take());
        EXPECT_TRUE(id.ok());
        return id.value();
    }

    /// The answer to a call of /api/v1/streams that would be `0` without rules.
    Answer answerTo(const std::string& body) {
        Request request;
        request.method = "POST";
        request.path = "/api/v1/streams";
        request.query = "token=1";
        request.body = body;
        Answer answer;
        answer.body = "0";
        answer.contentType = kJsonText;
        rules_.apply(request, parseJsonBody(body), answer);
        return answer;
    }

    RuleSet rules_;
};

TEST_F(RuleSetTest, WithoutRulesTheAnswerStays) {
    const Answer answer = answerTo("{}");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "0");
    EXPECT_FALSE(answer.ruleId.has_value());
}

TEST_F(RuleSetTest, AMatchingRuleChangesWhatItNames) {
    const auto id =
        add(R"({"match":{"action":"on_publish"},"reply":{"status":301,"headers":{"Location":"/x"},"delay_ms":5}})");
    const Answer answer = answerTo(R"({"action":"on_publish"})");
    EXPECT_EQ(answer.status, 301);
    EXPECT_EQ(answer.body, "0");
    EXPECT_EQ(answer.contentType, kJsonText);
    EXPECT_EQ(answer.headers, (Headers{{"Location", "/x"}}));
    EXPECT_EQ(answer.delayMs, 5);
    EXPECT_FALSE(answer.dropped);
    EXPECT_EQ(answer.ruleId, id);
    EXPECT_FALSE(answerTo(R"({"action":"on_play"})").ruleId.has_value());
}

TEST_F(RuleSetTest, ABodyOfTheRuleIsPlainText) {
    add(R"({"reply":{"body":""}})");
    const Answer answer = answerTo("{}");
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.contentType, kPlainText);
}

TEST_F(RuleSetTest, ADroppedAnswerHasNeitherStatusNorBody) {
    add(R"({"reply":{"status":403,"body":"1","drop":true}})");
    const Answer answer = answerTo("{}");
    EXPECT_TRUE(answer.dropped);
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.body, "");
}

TEST_F(RuleSetTest, EveryPatternMustFit) {
    add(R"({"match":{"action":"on_publish","stream":"bad*","client_id":4}})");
    EXPECT_TRUE(answerTo(R"({"action":"on_publish","stream":"bad1","client_id":4})").ruleId);
    EXPECT_TRUE(answerTo(R"({"action":"on_publish","stream":"bad","client_id":"4"})").ruleId);
    EXPECT_FALSE(answerTo(R"({"action":"on_publish","stream":"good","client_id":4})").ruleId);
    EXPECT_FALSE(answerTo(R"({"action":"on_publish","stream":"bad1","client_id":44})").ruleId);
    EXPECT_FALSE(answerTo(R"({"action":"on_publish","stream":"bad1"})").ruleId);
    EXPECT_FALSE(answerTo("not json").ruleId);
}

TEST_F(RuleSetTest, AnAbsentFieldDoesNotFitEvenAStar) {
    add(R"({"match":{"stream":"*"}})");
    EXPECT_TRUE(answerTo(R"({"stream":""})").ruleId);
    EXPECT_FALSE(answerTo("{}").ruleId);
}

TEST_F(RuleSetTest, PathMethodAndQueryAreOfTheRequest) {
    add(R"({"match":{"path":"/api/*","method":"POST","query":"token=?"}})");
    EXPECT_TRUE(answerTo("not json").ruleId);
    rules_.clear();
    add(R"({"match":{"path":"/elsewhere"}})");
    EXPECT_FALSE(answerTo(R"({"path":"/elsewhere"})").ruleId);
}

TEST_F(RuleSetTest, TheFirstRuleWithTimesLeftDecides) {
    const auto first = add(R"({"match":{"stream":"a"},"times":2})");
    const auto second = add(R"({"times":1})");
    const auto third = add("{}");
    EXPECT_EQ(answerTo(R"({"stream":"b"})").ruleId, second);
    EXPECT_EQ(answerTo(R"({"stream":"a"})").ruleId, first);
    EXPECT_EQ(answerTo(R"({"stream":"b"})").ruleId, third);
    EXPECT_EQ(answerTo(R"({"stream":"a"})").ruleId, first);
    EXPECT_EQ(answerTo(R"({"stream":"a"})").ruleId, third);
}

TEST_F(RuleSetTest, TimesAreUsedExactlyAcrossThreads) {
    add(R"({"reply":{"status":403},"times":2000})");
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                if (answerTo("{}").status == 403) ++refused;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(refused, 2000);
}

TEST_F(RuleSetTest, ListsAndClears) {
    EXPECT_EQ(rules_.json(), R"({"rules":[]})");
    add(R"({"match":{"a":"b"},"times":2})");
    add("{}");
    answerTo(R"({"a":"b"})");
    EXPECT_EQ(rules_.json(), R"({"rules":[{"id":1,"used":1,"match":{"a":"b"},)"
                             R"("reply":{"status":200,"headers":{},"delay_ms":0,"drop":false},"times":2},)"
                             R"({"id":2,"used":0,"match":{},)"
                             R"("reply":{"status":200,"headers":{},"delay_ms":0,"drop":false}}]})");
    EXPECT_EQ(rules_.clear(), 2U);
    EXPECT_EQ(rules_.json(), R"({"rules":[]})");
    EXPECT_FALSE(answerTo("{}").ruleId);
    EXPECT_EQ(add("{}"), 3U);
}

TEST_F(RuleSetTest, IsBounded) {
    for (std::size_t i = 0; i < RuleSet::kMaxRules; ++i) EXPECT_TRUE(rules_.add(Rule{}).ok());
    EXPECT_FALSE(rules_.add(Rule{}).ok());
    EXPECT_EQ(rules_.clear(), RuleSet::kMaxRules);
    EXPECT_TRUE(rules_.add(Rule{}).ok());
}

TEST_F(RuleSetTest, AChangedRuleKeepsItsPlaceAndCounts) {
    const auto first = add(R"({"match":{"action":"a"},"reply":{"status":403}})");
    add(R"({"reply":{"status":500}})");
    EXPECT_EQ(answerTo(R"({"action":"a"})").status, 403);
    EXPECT_TRUE(rules_.replace(first, parseRule(R"({"match":{"action":"b"},"reply":{"status":404}})").take()));
    EXPECT_EQ(answerTo(R"({"action":"a"})").status, 500);
    EXPECT_EQ(answerTo(R"({"action":"b"})").status, 404);
    EXPECT_NE(rules_.json().find(R"({"rules":[{"id":1,"used":2,)"), std::string::npos) << rules_.json();
    EXPECT_FALSE(rules_.replace(7, Rule{}));
}

TEST_F(RuleSetTest, ARemovedRuleIsGoneAndItsIdIsNotUsedAgain) {
    add(R"({"reply":{"status":403}})");
    const auto second = add(R"({"reply":{"status":500}})");
    EXPECT_TRUE(rules_.remove(1));
    EXPECT_FALSE(rules_.remove(1));
    EXPECT_EQ(answerTo("{}").ruleId, second);
    EXPECT_EQ(add("{}"), 3U);
}

TEST_F(RuleSetTest, TheOrderDecides) {
    add(R"({"reply":{"status":403}})");
    add(R"({"reply":{"status":500}})");
    add(R"({"reply":{"status":404}})");
    EXPECT_TRUE(rules_.reorder({3, 1, 2}));
    EXPECT_EQ(answerTo("{}").ruleId, 3U);
    using Ids = std::vector<std::uint64_t>;
    for (const Ids& ids : {Ids{1, 2}, Ids{1, 2, 2}, Ids{1, 2, 4}, Ids{1, 2, 3, 3}, Ids{}})
        EXPECT_FALSE(rules_.reorder(ids));
    EXPECT_EQ(answerTo("{}").ruleId, 3U) << "it stays as it was";
}

} // namespace
} // namespace hookcast::mock
