// What a yes says beside yes, from the answer to the ticket.
#include "unit/hooks/PolicyTest.h"
#include "unit/support/MockSpool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::GateClient;
using support::yes;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

HookResponse with(const std::string& data) {
    return answered(200, R"({"code":0,"data":)" + data + "}");
}

class AnswerDataUseTest : public PolicyTest {
  protected:
    AnswerDataUseTest() { hooks_.answerData = true; }

    /// What the ticket says that these answers, one for each URL, lead to: its data and its stream.
    std::string said(HookAction action, const std::vector<HookResponse>& answers) {
        GateClient client(gate_, hooks_, notifies_);
        client.ask(action);
        for (const HookResponse& answer : answers) give(answer);
        EXPECT_TRUE(client.verdict.wait());
        if (!client.admitted()) return "refused: " + client.refusal();
        const std::string text = client.withTicket([](auto& ticket) {
            const bool hasStream = ticket->event().action() != HookAction::Connect;
            std::string text = ticket->data().text();
            return hasStream ? ticket->key().stream + "; " + text : text;
        });
        client.leave();
        gate_.runner.settle();
        while (calls_ < gate_.transport.urls().size()) give(yes());
        return text;
    }
    std::string published(const std::vector<HookResponse>& answers) { return said(HookAction::Publish, answers); }

    std::vector<config::NotifyConfig> notifies_;
};

TEST_F(AnswerDataUseTest, TheTicketHasIt) {
    EXPECT_EQ(published({with(R"({"stream":"show","max_kbps":7})")}), "show; stream=show max_kbps=7");
    EXPECT_EQ(said(HookAction::Play, {with(R"({"stream":"show","dvr":true})")}), "show; stream=show dvr=true");
    EXPECT_EQ(published({yes()}), "one; ");
    EXPECT_EQ(published({with(R"({"stream":"one"})")}), "one; ") << "it has that name";
}

TEST_F(AnswerDataUseTest, OffNobodyLooksAtIt) {
    hooks_.answerData = false;
    EXPECT_EQ(published({with(R"({"stream":"show","max_duration":1,"max_kbps":"x","dvr":true})")}), "one; ");
    EXPECT_THAT(support::contentOf(folder_.file("log")), Not(HasSubstr("passed_over")));
}

TEST_F(AnswerDataUseTest, OfAConnectionNoneCounts) {
    EXPECT_EQ(said(HookAction::Connect, {with(R"({"stream":"show","max_duration":1})")}), "");
}

TEST_F(AnswerDataUseTest, ANoSaysNothingBeside) {
    EXPECT_EQ(published({answered(200, R"({"code":1,"data":{"stream":"show"}})")}), "refused: refused by hook");
}

TEST_F(AnswerDataUseTest, SeveralUrlsAreAskedAboutTheSameAndEachSays) {
    hooks_.onPublish = {"http://a/publish", "http://b/publish"};
    EXPECT_EQ(published({with(R"({"stream":"show","max_duration":9})"), with(R"({"max_duration":5,"dvr":true})")}),
              "show; stream=show max_duration=5 dvr=true");
    EXPECT_THAT(gate_.transport.requests().at(1).body, HasSubstr(R"("stream":"one")"));
}

TEST_F(AnswerDataUseTest, FormNotifyHasNone) {
    notifies_.emplace_back();
    notifies_.back().enabled = true;
    notifies_.back().onPublish = {"http://b/publish"};
    EXPECT_EQ(published({yes(), with(R"({"stream":"show"})")}), "one; ");
}

TEST_F(AnswerDataUseTest, WhatCannotBeSoHasOneLineOfTheLogAndNotOneForEachClient) {
    EXPECT_EQ(published({with(R"({"max_kbps":"7","stream":"a/b","dvr":true})")}), "one; dvr=true");
    EXPECT_EQ(published({with(R"({"max_kbps":"7"})")}), "one; ");
    EXPECT_TRUE(logs("stream is no name that a stream may have"));
    const std::string log = support::contentOf(folder_.file("log"));
    EXPECT_EQ(log.find("max_kbps is no number"), log.rfind("max_kbps is no number")) << log;
    EXPECT_THAT(log, Not(HasSubstr("a/b")));
}

TEST_F(AnswerDataUseTest, AKeptVerdictKeepsIt) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_EQ(published({with(R"({"ttl":60,"stream":"show","max_duration":9})")}), "show; stream=show max_duration=9");
    EXPECT_EQ(published({}), "show; stream=show max_duration=9");
    const auto forgotten = [this](const std::string& stream) {
        return gate_.admission.policies().forget({.vhost = {}, .stream = streamDigest("live", stream), .ips = {}});
    };
    EXPECT_EQ(forgotten("two"), 0U);
    EXPECT_EQ(forgotten("show"), 1U) << "a kick names the stream by the name that it has";
    EXPECT_EQ(published({yes()}), "one; ");
}

TEST_F(AnswerDataUseTest, TheLastVerdictKeepsItAndAllowHasNone) {
    onFailure(config::OnFailure::Last);
    EXPECT_EQ(published({with(R"({"stream":"show"})")}), "show; stream=show");
    EXPECT_EQ(published({answered(500, "")}), "show; stream=show");
    hooks_.policy.failureRules.clear();
    onFailure(config::OnFailure::Allow);
    EXPECT_EQ(published({answered(500, R"({"code":0,"data":{"stream":"show"}})")}), "one; ");
}

TEST_F(AnswerDataUseTest, AShadowIsNotObeyed) {
    hooks_.shadow.onPublish = {"http://shadow/publish"};
    gate_.transport.answerAlways("http://shadow/publish", with(R"({"stream":"other"})"));
    gate_.transport.answerAlways("http://a/publish", with(R"({"stream":"show"})"));
    gate_.transport.answerAlways("http://a/unpublish", yes());
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Publish);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_EQ(client.withTicket([](auto& ticket) { return ticket->key().stream; }), "show");
    client.leave();
    gate_.runner.settle();
    EXPECT_EQ(figures("http://shadow/publish").disagreements, 0U) << "both say yes";
}

TEST_F(AnswerDataUseTest, WhatHasNotBegunEndsUnderTheNameThatWasAskedAbout) {
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Publish);
    give(with(R"({"stream":"show"})"));
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_FALSE(client.withTicket([](auto& ticket) { return ticket->hasBegun(); }));
    client.leave();
    gate_.runner.settle();
    EXPECT_THAT(
        gate_.transport.requests().back().body,
        AllOf(HasSubstr(R"("action":"on_unpublish")"), HasSubstr(R"("stream":"one")"), Not(HasSubstr("asked_stream"))));
    give(yes());
}

TEST_F(AnswerDataUseTest, WhatHasBegunEndsUnderItsOtherNameAndNamesTheFirst) {
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    give(with(R"({"stream":"show"})"));
    ASSERT_TRUE(client.verdict.wait());
    client.withTicket([](auto& ticket) {
        ticket->begin("vid-show");
        EXPECT_TRUE(ticket->hasBegun());
        EXPECT_EQ(ticket->event().stream().name, "show");
        EXPECT_EQ(ticket->event().stream().askedName(), "one");
    });
    client.leave();
    gate_.runner.settle();
    EXPECT_THAT(gate_.transport.requests().back().body,
                AllOf(HasSubstr(R"("action":"on_stop")"), HasSubstr(R"("stream":"show")"),
                      HasSubstr(R"("stream_url":"/live/show")"), HasSubstr(R"("stream_id":"vid-show")"),
                      HasSubstr(R"("asked_stream":"one")"), HasSubstr(R"("clients":0)")));
    give(yes());
}

TEST_F(AnswerDataUseTest, WhoIsRenamedIsCountedAmongThoseOfTheStreamThatHePlays) {
    GateClient renamed(gate_, hooks_);
    renamed.ask(HookAction::Play);
    give(with(R"({"stream":"show"})"));
    ASSERT_TRUE(renamed.verdict.wait());
    renamed.withTicket([](auto& ticket) { ticket->begin(""); });
    GateClient other(gate_, hooks_, 8);
    other.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(calls_ + 1));
    EXPECT_THAT(gate_.transport.requests().back().body, HasSubstr(R"("clients":1)")) << "of the stream `one`";
    give(yes());
    ASSERT_TRUE(other.verdict.wait());
    renamed.leave();
    gate_.runner.settle();
    give(yes());
    other.leave();
    gate_.runner.settle();
    give(yes());
}

/// A server that ends at that moment, and without a word, tells at its next start what is kept.
TEST_F(AnswerDataUseTest, WhatIsKeptOfItHasItsOtherNameOnceItHasBegun) {
    testing::NiceMock<support::MockSpool> spool;
    SpoolNumber number = 0;
    std::vector<std::string> kept;
    ON_CALL(spool, open).WillByDefault([&](const HookEvent& event, const KeptTargets& closings, std::uint32_t asked) {
        EXPECT_EQ(closings.size(), 1U);
        EXPECT_EQ(asked, 1U);
        kept.push_back(event.stream().name + " asked for as " + event.stream().askedName());
        return ++number;
    });
    EXPECT_CALL(spool, forget(1));
    EXPECT_CALL(spool, note(2, testing::_));
    EXPECT_CALL(spool, owe(testing::_, testing::_, 2));
    config::CurrentConfig current{std::make_shared<const config::Config>()};
    gate_.runner.run([&] { gate_.admission.keepIn(spool, gate_.runner.loop(), current); });
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Publish);
    give(with(R"({"stream":"show"})"));
    ASSERT_TRUE(client.verdict.wait());
    client.withTicket([](auto& ticket) {
        ticket->begin("vid-show");
        ticket->note();
    });
    EXPECT_EQ(kept, (std::vector<std::string>{"one asked for as one", "show asked for as one"}));
    client.leave();
    gate_.runner.settle();
    give(yes());
    gate_.runner.settle();
}

} // namespace
} // namespace hookcast::hooks
