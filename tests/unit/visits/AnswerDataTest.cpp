// Clients whose backend says more than yes: under which name they publish and play, and when they are ended.
#include "config/CurrentConfig.h"
#include "net/EndReasons.h"
#include "unit/hub/MockSubscriber.h"
#include "unit/hub/TextFormat.h"
#include "unit/support/HookGate.h"
#include "unit/visits/TestVisitor.h"
#include "visits/Visit.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::visits {
namespace {

using support::answered;
using support::HookGate;
using support::yes;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPublish = "http://a/publish";
constexpr const char* kPlay = "http://a/play";

hooks::HookResponse with(const std::string& data) {
    return answered(200, R"({"code":0,"data":)" + data + "}");
}

/// Clients of a vhost whose backends say yes to all, and, by says(), more.
class AnswerDataTest : public ::testing::Test {
  protected:
    struct Client {
        TestVisitor visitor;
        std::string answer; ///< to its last question; empty: none yet
        std::unique_ptr<Visit> visit;
    };

    AnswerDataTest() {
        vhost_->name = "a";
        vhost_->hooks.enabled = true;
        vhost_->hooks.answerData = true;
        vhost_->hooks.onPublish = {kPublish};
        vhost_->hooks.onUnpublish = {"http://a/unpublish"};
        vhost_->hooks.onPlay = {kPlay};
        vhost_->hooks.onStop = {"http://a/stop"};
        for (const char* url : {"http://a/unpublish", "http://a/stop"}) gate_.transport.answerAlways(url, yes());
    }
    ~AnswerDataTest() override {
        gate_.runner.run([this] { clients_.clear(); });
        gate_.runner.settle();
    }

    void says(const char* url, const std::string& data) { gate_.transport.answerAlways(url, with(data)); }

    Client& enter(bool isOurs = false) {
        Client& client = *clients_.emplace_back(std::make_unique<Client>());
        gate_.runner.run([&] {
            client.visit = std::make_unique<Visit>(services_, gate_.runner.loop(),
                                                   Caller{clients_.size(), "x-" + std::to_string(clients_.size()),
                                                          config::Protocol::Rtmp, "192.0.2.1", isOurs},
                                                   client.visitor);
            Place place;
            place.app = "live";
            client.visit->connect(vhost_, place, into(client));
        });
        gate_.runner.settle();
        EXPECT_EQ(client.answer, "yes");
        return client;
    }

    static Visit::OnAnswer into(Client& client) {
        return [&client](const std::optional<Refusal>& refusal) {
            client.answer = refusal
                                ? (refusal->cause == Refusal::Cause::NameTaken ? "taken: " : "no: ") + refusal->reason
                                : std::string("yes");
        };
    }

    std::string publish(Client& client, const std::string& name) {
        gate_.runner.run([&] {
            client.answer.clear();
            client.visit->publish({"", name, "", ""}, {}, into(client));
        });
        gate_.runner.settle();
        return answerOf(client);
    }

    std::string askToPlay(Client& client, const std::string& name, bool mayBeRenamed = true) {
        gate_.runner.run([&] {
            client.answer.clear();
            client.visit->askToPlay({"", name, "", "", mayBeRenamed}, into(client));
        });
        gate_.runner.settle();
        return answerOf(client);
    }

    std::string answerOf(Client& client) {
        return gate_.runner.run([&] { return client.answer; });
    }

    /// The stream that it has permission for; empty: none.
    std::string permitted(const Client& client) {
        return gate_.runner.run([&] {
            const std::optional<hooks::StreamKey> key = client.visit->permittedKey();
            return key ? key->text() : std::string();
        });
    }

    void end(Client& client) {
        gate_.runner.run([&] { client.visit->endStream("enough"); });
        gate_.runner.settle();
    }

    bool isTaken(const std::string& name) { return streams_.isTaken({"a", "live", name}); }

    std::string lastBody() {
        gate_.runner.settle();
        return gate_.transport.requests().back().body;
    }

    std::size_t calls(const std::string& url) {
        gate_.runner.settle();
        const std::vector<std::string> urls = gate_.transport.urls();
        return static_cast<std::size_t>(std::count(urls.begin(), urls.end(), url));
    }

    HookGate gate_;
    std::shared_ptr<config::VhostConfig> vhost_ = std::make_shared<config::VhostConfig>();
    hub::StreamRegistry streams_{64 * 1024 * 1024, 4096};
    ClientBook book_;
    ClientNumbers numbers_;
    config::CurrentConfig current_{std::make_shared<const config::Config>()};
    Services services_{gate_.admission, streams_, book_, gate_.log, numbers_, current_};
    hub::TextFormat format_;
    std::vector<std::unique_ptr<Client>> clients_;
};

TEST_F(AnswerDataTest, APublisherIsThereUnderItsOtherNameAlone) {
    says(kPublish, R"({"stream":"show"})");
    Client& client = enter();
    EXPECT_EQ(publish(client, "key"), "yes");
    EXPECT_EQ(permitted(client), "a/live/show");
    EXPECT_TRUE(isTaken("show"));
    EXPECT_FALSE(isTaken("key"));
    EXPECT_EQ(streams_.publishedStreams().size(), 1U);
    const std::string id = streams_.streamId({"a", "live", "show"});
    end(client);
    EXPECT_THAT(lastBody(), AllOf(HasSubstr(R"("action":"on_unpublish")"), HasSubstr(R"("stream":"show")"),
                                  HasSubstr(R"("asked_stream":"key")"), HasSubstr("\"stream_id\":\"" + id + "\"")));
    EXPECT_FALSE(isTaken("show"));
}

TEST_F(AnswerDataTest, TheBookHasItUnderItsOtherName) {
    says(kPublish, R"({"stream":"show"})");
    publish(enter(), "key");
    ASSERT_EQ(book_.all().size(), 1U);
    EXPECT_EQ(book_.all().front()->opening.key().stream, "show");
}

TEST_F(AnswerDataTest, AnotherNameThatIsTakenIsRefusedAndItsYesHasAnEnd) {
    says(kPublish, R"({"stream":"show"})");
    Client& first = enter();
    EXPECT_EQ(publish(first, "one"), "yes");
    Client& second = enter();
    EXPECT_EQ(publish(second, "two"), "taken: somebody publishes this stream already");
    EXPECT_THAT(lastBody(), AllOf(HasSubstr(R"("action":"on_unpublish")"), HasSubstr(R"("stream":"two")"),
                                  HasSubstr("somebody publishes this stream already"), Not(HasSubstr("asked_stream"))))
        << "under `show` nothing of it was ever open";
    EXPECT_EQ(calls("http://a/unpublish"), 1U);
    EXPECT_EQ(permitted(second), "");
    EXPECT_FALSE(isTaken("two"));
    EXPECT_EQ(permitted(first), "a/live/show") << "it is not disturbed";
    end(first);
    EXPECT_EQ(publish(second, "two"), "yes");
}

TEST_F(AnswerDataTest, TheNamesAreFreeForOthersAgain) {
    says(kPublish, R"({"stream":"show"})");
    Client& client = enter();
    publish(client, "key");
    says(kPublish, "{}");
    EXPECT_EQ(publish(enter(), "key"), "yes") << "it is nobody's by now";
    EXPECT_EQ(publish(enter(), "show"), "taken: somebody publishes this stream already");
}

TEST_F(AnswerDataTest, TakeoverIsOfTheNameThatItGets) {
    vhost_->publish.takeover.policy = config::TakeoverConfig::Policy::On;
    says(kPublish, R"({"stream":"show"})");
    Client& first = enter();
    publish(first, "one");
    Client& second = enter();
    EXPECT_EQ(publish(second, "two"), "") << "until the first one has left";
    EXPECT_EQ(first.visitor.evictedBy, net::kTakenOver);
    end(first);
    EXPECT_EQ(answerOf(second), "yes");
    EXPECT_EQ(permitted(second), "a/live/show");
}

TEST_F(AnswerDataTest, WhoIsAskedAboutUnderThatNameComesFirst) {
    Client& asked = enter();
    EXPECT_EQ(publish(asked, "show"), "") << "its backend has not answered";
    says(kPublish, R"({"stream":"show"})");
    Client& renamed = enter();
    EXPECT_EQ(publish(renamed, "key"), "") << "it waits for the verdict on the other";
    gate_.answer(0, support::no());
    EXPECT_THAT(answerOf(asked), HasSubstr("no: "));
    end(asked);
    EXPECT_EQ(answerOf(renamed), "yes");
    EXPECT_EQ(permitted(renamed), "a/live/show");
}

TEST_F(AnswerDataTest, WhoWaitsForTheOtherNameInVainIsRefused) {
    publish(enter(), "show");
    says(kPublish, R"({"stream":"show"})");
    Client& renamed = enter();
    publish(renamed, "key");
    gate_.pass(vhost_->publish.claimTimeoutMs);
    EXPECT_THAT(answerOf(renamed), HasSubstr("taken: "));
    EXPECT_EQ(calls("http://a/unpublish"), 1U);
    gate_.answer(0, support::no());
}

TEST_F(AnswerDataTest, WhoLeavesWhileItWaitsForTheOtherNameHasAnEndUnderItsOwn) {
    publish(enter(), "show");
    says(kPublish, R"({"stream":"show"})");
    Client& renamed = enter();
    renamed.visitor.now = {1, 100};
    publish(renamed, "key");
    renamed.visitor.now = {1, 150};
    gate_.runner.run([&] { renamed.visit->close("left"); });
    EXPECT_THAT(lastBody(), AllOf(HasSubstr(R"("stream":"key")"), HasSubstr(R"("recv_bytes":50)"),
                                  HasSubstr(R"("reason":"left")")));
    EXPECT_EQ(answerOf(renamed), "");
    gate_.answer(0, support::no());
}

/// Neither waits for the other.
TEST_F(AnswerDataTest, TwoWhoGetEachOthersNameAreBothThere) {
    Client& one = enter();
    Client& two = enter();
    publish(one, "one");
    publish(two, "two");
    gate_.answer(0, with(R"({"stream":"two"})"));
    gate_.answer(1, with(R"({"stream":"one"})"));
    gate_.runner.settle();
    EXPECT_EQ(permitted(one), "a/live/two");
    EXPECT_EQ(permitted(two), "a/live/one");
}

TEST_F(AnswerDataTest, APlayerPlaysTheStreamOfTheOtherName) {
    says(kPlay, R"({"stream":"show"})");
    Client& client = enter();
    EXPECT_EQ(askToPlay(client, "key"), "yes");
    EXPECT_EQ(permitted(client), "a/live/show");
    testing::NiceMock<support::MockSubscriber> subscriber;
    gate_.runner.run([&] {
        client.visit->play(format_, subscriber);
        EXPECT_EQ(client.visit->playback()->ticket().key().stream, "show");
        EXPECT_FALSE(streams_.streamId({"a", "live", "show"}).empty());
        EXPECT_TRUE(streams_.streamId({"a", "live", "key"}).empty());
    });
    end(client);
    EXPECT_THAT(lastBody(), AllOf(HasSubstr(R"("action":"on_stop")"), HasSubstr(R"("stream":"show")"),
                                  HasSubstr(R"("asked_stream":"key")")));
}

TEST_F(AnswerDataTest, WhatItWaitsForIsTheStreamOfTheOtherName) {
    says(kPlay, R"({"stream":"show"})");
    Client& client = enter();
    askToPlay(client, "key");
    bool isThere = false;
    gate_.runner.run([&] {
        client.visit->awaitStream(
            {"", "key", "", ""}, 60'000, [](const auto&) { return true; },
            [&](const auto& headers) { isThere = headers != nullptr; });
    });
    says(kPublish, "{}");
    publish(enter(), "show");
    gate_.runner.run([&] { EXPECT_TRUE(isThere); });
}

TEST_F(AnswerDataTest, WhoCannotPlayAnythingElseKeepsTheName) {
    says(kPlay, R"({"stream":"show","max_duration":5})");
    Client& client = enter();
    EXPECT_EQ(askToPlay(client, "key", false), "yes");
    EXPECT_EQ(permitted(client), "a/live/key");
    gate_.pass(5'000);
    EXPECT_EQ(client.visitor.endedBy, "max_duration") << "the limits count";
}

TEST_F(AnswerDataTest, WhoFetchesARecordingMayDoSoAsFastAsHeCan) {
    says(kPlay, R"({"stream":"show","max_kbps":8})");
    Client& client = enter();
    gate_.runner.run([&] { client.visit->askToPlay({"", "key", "", "", false, true}, into(client)); });
    gate_.runner.settle();
    EXPECT_EQ(permitted(client), "a/live/key");
    for (int i = 0; i < 4; ++i) {
        gate_.runner.run([&] { client.visitor.now.sentBytes += 1'000'000; });
        gate_.pass(5'000);
    }
    EXPECT_EQ(client.visitor.endedBy, "");
}

TEST_F(AnswerDataTest, ACaptureGoesByItsConfiguration) {
    says(kPublish, R"({"stream":"show","max_duration":5,"dvr":true})");
    Client& capture = enter(true);
    EXPECT_EQ(publish(capture, "cam"), "yes");
    EXPECT_EQ(permitted(capture), "a/live/cam");
    gate_.pass(6'000);
    EXPECT_EQ(capture.visitor.endedBy, "");
    EXPECT_FALSE(streams_.publishedStreams().front()->dvr.has_value());
}

TEST_F(AnswerDataTest, WhetherItIsRecordedIsSaidOfThePublication) {
    says(kPublish, R"({"dvr":false})");
    publish(enter(), "one");
    EXPECT_EQ(streams_.publishedStreams().front()->dvr, false);
}

TEST_F(AnswerDataTest, IsEndedWhenItsTimeIsOver) {
    for (const bool publishes : {true, false}) {
        says(publishes ? kPublish : kPlay, R"({"max_duration":1.5})");
        Client& client = enter();
        publishes ? publish(client, "one") : askToPlay(client, "two");
        gate_.pass(1'499);
        EXPECT_EQ(client.visitor.endedBy, "");
        gate_.pass(1);
        EXPECT_EQ(client.visitor.endedBy, "max_duration");
    }
}

TEST_F(AnswerDataTest, ALimitEndsWithWhatItIsAbout) {
    says(kPublish, R"({"max_duration":1})");
    Client& client = enter();
    publish(client, "one");
    end(client);
    says(kPublish, "{}");
    publish(client, "two");
    gate_.pass(60'000);
    EXPECT_EQ(client.visitor.endedBy, "");
}

constexpr std::uint64_t kBytesOf8KbpsIn5S = 5'000;

TEST_F(AnswerDataTest, APublisherThatSendsTooMuchIsEnded) {
    says(kPublish, R"({"max_kbps":8})");
    Client& client = enter();
    client.visitor.now = {50'000, 100'000};
    publish(client, "one");
    for (int i = 0; i < 3; ++i) {
        gate_.runner.run([&] {
            client.visitor.now.receivedBytes += kBytesOf8KbpsIn5S;
            client.visitor.now.sentBytes += 1'000'000;
        });
        gate_.pass(5'000);
        EXPECT_EQ(client.visitor.endedBy, "") << "no more than it may";
    }
    gate_.runner.run([&] { client.visitor.now.receivedBytes += kBytesOf8KbpsIn5S + 1; });
    gate_.pass(4'999);
    EXPECT_EQ(client.visitor.endedBy, "");
    gate_.pass(1);
    EXPECT_EQ(client.visitor.endedBy, "max_kbps");
}

TEST_F(AnswerDataTest, APlayersBeginningIsNotItsRate) {
    says(kPlay, R"({"max_kbps":8})");
    Client& client = enter();
    askToPlay(client, "one");
    gate_.runner.run([&] { client.visitor.now = {1'000'000, 1'000'000}; });
    gate_.pass(5'000);
    gate_.runner.run([&] { client.visitor.now.sentBytes += kBytesOf8KbpsIn5S; });
    gate_.pass(5'000);
    EXPECT_EQ(client.visitor.endedBy, "");
    gate_.runner.run([&] { client.visitor.now.sentBytes += kBytesOf8KbpsIn5S + 1; });
    gate_.pass(5'000);
    EXPECT_EQ(client.visitor.endedBy, "max_kbps");
}

} // namespace
} // namespace hookcast::visits
