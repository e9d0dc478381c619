#include "hooks/VerdictMemory.h"

#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::hooks {
namespace {

struct Asked {
    std::string url = "http://a/";
    HookAction action = HookAction::Play;
    std::string vhost = "v";
    std::string app = "live";
    std::string stream = "one";
    std::string ip = "192.0.2.1";
    std::string connectParam = {};
    std::string param = "?token=t";
    std::string wanted = "http://h/live/one.flv";
    std::shared_ptr<const Credentials> credentials = nullptr;

    VerdictKey key() const {
        auto client = support::someClient();
        support::changePlace(*client, [this](ClientPlace& place) {
            place.vhost = vhost;
            place.app = app;
        });
        support::changeIdentity(*client, [this](ClientIdentity& who) { who.name.address = ip; });
        client->param = connectParam;
        client->credentials = credentials;
        NamedStream named = support::namedStream(stream);
        named.param = param;
        named.url = wanted;
        return verdictKeyOf(url, support::eventOf(action, client, named));
    }
};

class VerdictMemoryTest : public ::testing::Test {
  protected:
    void keep(const Asked& asked, std::int64_t untilMs = 1000, std::size_t most = 100) {
        memory_.keep(asked.key(), {}, untilMs, most, memory_.generation());
    }
    bool has(const Asked& asked, std::int64_t nowMs = 0) { return memory_.find(asked.key(), nowMs).has_value(); }

    VerdictMemory memory_;
};

TEST_F(VerdictMemoryTest, IsAboutAllThatIsAsked) {
    keep({});
    EXPECT_TRUE(has({}));
    EXPECT_FALSE(has({.url = "http://b/"}));
    EXPECT_FALSE(has({.action = HookAction::Publish}));
    EXPECT_FALSE(has({.action = HookAction::Connect}));
    EXPECT_FALSE(has({.vhost = "w"}));
    EXPECT_FALSE(has({.app = "liv", .stream = "eone"})) << "no two of them run into each other";
    EXPECT_FALSE(has({.stream = "two"}));
    EXPECT_FALSE(has({.ip = "192.0.2.2"}));
    EXPECT_FALSE(has({.param = "?token=u"}));
    EXPECT_FALSE(has({.param = ""}));
    EXPECT_FALSE(has({.wanted = "http://h/rec/live/one.1.flv"})) << "a recording";
    EXPECT_FALSE(has({.connectParam = "?token=t", .param = ""}));
}

std::shared_ptr<const Credentials> shown(const std::string& user, const std::string& password) {
    return std::make_shared<Credentials>(Credentials{user, password, {}});
}

/// A verdict about who has shown a password is not one about who has shown none, or another one.
TEST_F(VerdictMemoryTest, IsAboutWhoTheClientHasShownToBe) {
    keep({.credentials = shown("ann", "secret")});
    EXPECT_TRUE(has({.credentials = shown("ann", "secret")}));
    EXPECT_FALSE(has({}));
    EXPECT_FALSE(has({.credentials = shown("ann", "other")}));
    EXPECT_FALSE(has({.credentials = shown("bob", "secret")}));
    EXPECT_FALSE(has({.credentials = shown("annsec", "ret")})) << "no two of them run into each other";
    keep({});
    EXPECT_FALSE(has({.credentials = shown("", "")})) << "that is something shown";
    auto digest = [](const std::string& response) {
        Credentials credentials{"ann", {}, DigestProof{"MD5", "r", "n:h", response}};
        return std::make_shared<const Credentials>(std::move(credentials));
    };
    keep({.credentials = digest("1")});
    EXPECT_TRUE(has({.credentials = digest("1")}));
    EXPECT_FALSE(has({.credentials = digest("2")}));
    EXPECT_FALSE(has({.credentials = shown("ann", "")}));
}

TEST_F(VerdictMemoryTest, HasItsTime) {
    keep({}, 1000);
    EXPECT_TRUE(has({}, 999));
    EXPECT_FALSE(has({}, 1000));
    EXPECT_EQ(memory_.size(), 0U);
}

TEST_F(VerdictMemoryTest, TheNewestCounts) {
    keep({}, 1000);
    memory_.keep(Asked().key(), {Fault{RefusalCause::Code, "no"}, "why", {}}, 2000, 100, memory_.generation());
    const auto found = memory_.find(Asked().key(), 1500);
    ASSERT_TRUE(found.has_value());
    EXPECT_FALSE(found->judged.ok());
    EXPECT_EQ(found->forClient, "why");
    EXPECT_EQ(memory_.size(), 1U);
}

TEST_F(VerdictMemoryTest, WhatWasWantedLongestAgoMakesRoom) {
    keep({.stream = "one"}, 1000, 2);
    keep({.stream = "two"}, 1000, 2);
    EXPECT_TRUE(has({.stream = "one"}));
    keep({.stream = "three"}, 1000, 2);
    EXPECT_TRUE(has({.stream = "one"}));
    EXPECT_FALSE(has({.stream = "two"}));
    keep({.url = "http://b/", .stream = "two"}, 1000, 2);
    EXPECT_EQ(memory_.size(), 3U) << "each URL has its own";
    for (int i = 0; i < 50; ++i) keep({.stream = std::to_string(i)}, 1000, 2);
    EXPECT_EQ(memory_.size(), 3U);
}

TEST_F(VerdictMemoryTest, ForgetsWhatIsMeant) {
    const auto fill = [this] {
        keep({});
        keep({.stream = "two"});
        keep({.vhost = "w", .ip = "192.0.2.2"});
    };
    fill();
    EXPECT_EQ(memory_.forget({.vhost = "v", .stream = streamDigest("live", "one"), .ips = {}}), 1U);
    EXPECT_FALSE(has({}));
    fill();
    EXPECT_EQ(memory_.forget({.vhost = {}, .stream = {}, .ips = {"192.0.2.2", "192.0.2.3"}}), 1U);
    fill();
    EXPECT_EQ(memory_.forget({.vhost = {}, .stream = streamDigest("live", "one"), .ips = {}}), 2U);
    fill();
    EXPECT_EQ(memory_.forget({.vhost = "x", .stream = {}, .ips = {}}), 0U);
    EXPECT_EQ(memory_.forget({}), 3U);
    EXPECT_EQ(memory_.size(), 0U);
}

TEST_F(VerdictMemoryTest, WhatWasAskedBeforeIsNotKeptAfterIt) {
    const std::uint64_t generation = memory_.generation();
    memory_.forget({.vhost = "v", .stream = {}, .ips = {}});
    memory_.keep(Asked().key(), {}, 1000, 100, generation);
    EXPECT_EQ(memory_.size(), 0U);
}

} // namespace
} // namespace hookcast::hooks
