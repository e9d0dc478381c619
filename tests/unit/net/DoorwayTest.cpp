#include "net/Doorway.h"

#include "net/ProxyHeaderStep.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::net {
namespace {

using Step = Doorway::Step;
using State = Doorway::Progress::State;

/// Takes a word up to a blank, which is what it was told to expect, or refuses.
class WordStep final : public Step {
  public:
    explicit WordStep(std::string word, std::optional<ProxiedClient> client = {})
        : word_(std::move(word)), client_(std::move(client)) {}

    Verdict look(base::ByteSpan input) override {
        EXPECT_FALSE(input.empty());
        const std::string text(base::asText(input));
        const std::size_t end = text.find(' ');
        if (end == std::string::npos) return More{};
        if (text.substr(0, end) != word_) return Refused{"not " + word_};
        return Done{end + 1, client_};
    }
    const char* lateness() const override { return word_.c_str(); }

  private:
    std::string word_;
    std::optional<ProxiedClient> client_;
};

/// Is done with nothing.
class OpenStep final : public Step {
  public:
    Verdict look(base::ByteSpan /*input*/) override { return Done{}; }
    const char* lateness() const override { return nullptr; }
};

template <typename... Each>
Doorway doorwayOf(Each... each) {
    Doorway::Steps steps;
    (steps.push_back(std::make_unique<Each>(std::move(each))), ...);
    return Doorway(std::move(steps));
}

Doorway::Progress enter(Doorway& doorway, std::string_view text) {
    return doorway.enter(base::asBytes(text));
}

std::string restOf(const Doorway::Progress& progress) {
    EXPECT_EQ(progress.state, State::Passed);
    return std::string(base::asText(progress.rest));
}

TEST(DoorwayTest, WithoutStepsEverythingIsTheSessions) {
    Doorway doorway = doorwayOf();
    EXPECT_EQ(restOf(enter(doorway, "PLAY")), "PLAY");
}

TEST(DoorwayTest, WhatIsBehindTheLastStepIsTheSessions) {
    Doorway doorway = doorwayOf(WordStep("knock"), WordStep("hello"));
    EXPECT_STREQ(doorway.lateness(), "knock");
    const Doorway::Progress progress = enter(doorway, "knock hello PLAY now");
    EXPECT_EQ(restOf(progress), "PLAY now");
    EXPECT_EQ(progress.takenBytes, 12U);
    EXPECT_EQ(doorway.lateness(), nullptr);
}

TEST(DoorwayTest, StepsComeOneAfterTheOtherHoweverTheInputIsCut) {
    const std::string text = "knock hello PLAY";
    for (std::size_t size = 1; size < text.size(); ++size) {
        Doorway doorway = doorwayOf(WordStep("knock"), OpenStep(), WordStep("hello"));
        std::string rest;
        std::size_t taken = 0;
        bool isPassed = false;
        for (std::size_t at = 0; at < text.size(); at += size) {
            const std::string piece = text.substr(at, size);
            if (isPassed) {
                rest += piece;
                continue;
            }
            const Doorway::Progress progress = enter(doorway, piece);
            taken += progress.takenBytes;
            isPassed = progress.state == State::Passed;
            if (isPassed) rest = restOf(progress);
        }
        EXPECT_EQ(rest, "PLAY") << size;
        EXPECT_EQ(taken, 12U) << size;
    }
}

TEST(DoorwayTest, TheStepThatWaitsSaysWhatLatenessMeans) {
    Doorway doorway = doorwayOf(WordStep("knock"), WordStep("hello"));
    EXPECT_EQ(enter(doorway, "kno").state, State::Waiting);
    EXPECT_STREQ(doorway.lateness(), "knock");
    EXPECT_EQ(enter(doorway, "ck ").state, State::Waiting);
    EXPECT_STREQ(doorway.lateness(), "hello");
}

TEST(DoorwayTest, OneStepsRefusalIsTheEnd) {
    Doorway doorway = doorwayOf(WordStep("knock"), WordStep("hello"), WordStep("never"));
    const Doorway::Progress progress = enter(doorway, "knock bye never PLAY");
    EXPECT_EQ(progress.state, State::Refused);
    EXPECT_EQ(progress.why, "not hello");
    EXPECT_EQ(progress.takenBytes, 6U);
}

TEST(DoorwayTest, WhoItIsIsToldAsSoonAsAStepKnows) {
    const ProxiedClient client{base::IpAddress::parse("203.0.113.7").value(), 5};
    Doorway doorway = doorwayOf(WordStep("knock", client), WordStep("hello"));
    EXPECT_FALSE(enter(doorway, "kno").client.has_value());
    const Doorway::Progress progress = enter(doorway, "ck h");
    EXPECT_EQ(progress.state, State::Waiting);
    EXPECT_EQ(progress.client, client);
    EXPECT_EQ(progress.takenBytes, 6U);
    const Doorway::Progress last = enter(doorway, "ello ");
    EXPECT_FALSE(last.client.has_value()) << "once";
    EXPECT_EQ(last.takenBytes, 6U);
    EXPECT_EQ(restOf(last), "");
}

const std::string kHeader = "PROXY TCP4 203.0.113.7 127.0.0.1 51234 1935\r\n";

TEST(ProxyHeaderStepTest, TakesATrustedHeaderAndSaysWhoItIs) {
    Doorway doorway = doorwayOf(ProxyHeaderStep(true, 1000));
    EXPECT_EQ(enter(doorway, kHeader.substr(0, 3)).state, State::Waiting);
    EXPECT_EQ(doorway.lateness(), nullptr) << "it may be no header";
    EXPECT_EQ(enter(doorway, kHeader.substr(3, 10)).state, State::Waiting);
    EXPECT_STREQ(doorway.lateness(), "the PROXY header was not complete in time");
    const Doorway::Progress progress = enter(doorway, kHeader.substr(13) + "PLAY");
    EXPECT_EQ(restOf(progress), "PLAY");
    EXPECT_EQ(progress.takenBytes, kHeader.size());
    ASSERT_TRUE(progress.client.has_value());
    EXPECT_EQ(progress.client->ip.text(), "203.0.113.7");
    EXPECT_EQ(progress.client->port, 51234);
}

TEST(ProxyHeaderStepTest, LetsInWhoSendsNone) {
    for (const bool isTrusted : {false, true}) {
        Doorway doorway = doorwayOf(ProxyHeaderStep(isTrusted, 1000));
        EXPECT_EQ(enter(doorway, "PRO").state, State::Waiting);
        const Doorway::Progress progress = enter(doorway, "XIES");
        EXPECT_EQ(restOf(progress), "PROXIES");
        EXPECT_EQ(progress.takenBytes, 0U);
    }
}

TEST(ProxyHeaderStepTest, RefusesAStrangersAndABrokenOne) {
    Doorway strangers = doorwayOf(ProxyHeaderStep(false, 1000));
    EXPECT_EQ(enter(strangers, "PROXY ").why, "a PROXY header from an address that is none of trusted_proxies");
    Doorway broken = doorwayOf(ProxyHeaderStep(true, 1000));
    const Doorway::Progress progress = enter(broken, "PROXY TCP9 x\r\n");
    EXPECT_EQ(progress.state, State::Refused);
    EXPECT_FALSE(progress.why.empty());
    Doorway endless = doorwayOf(ProxyHeaderStep(true, 30));
    EXPECT_EQ(enter(endless, "PROXY " + std::string(30, 'x')).state, State::Refused);
}

} // namespace
} // namespace hookcast::net
