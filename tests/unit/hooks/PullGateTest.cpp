#include "hooks/PullGate.h"

#include "hooks/PullPass.h"
#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::hooks {
namespace {

constexpr const char* kSecret = "a secret of all nodes";
constexpr std::int64_t kNowMs = 1'700'000'000'000;
const StreamKey kKey{"a.example", "live/room", "one"};

PullPass somePass() {
    return {kKey, "b", "a", 7, kNowMs + PullPass::kValidMs};
}

std::string signedPass(const PullPass& pass, const std::string& secret = kSecret) {
    return signPass(pass, secret).take();
}

/// Node a, which has the stream by fence 7.
PullTerms someTerms() {
    return {kSecret, "a", [] { return kNowMs; },
            [](const StreamKey& key) -> std::uint64_t { return key == kKey ? 7 : 0; }};
}

/// Empty where it is let in.
std::string refusal(const std::string& pass, PullTerms terms = someTerms()) {
    const auto right = PullGate(std::move(terms)).judge(pass);
    return right ? std::string() : right.error().message;
}

TEST(PullPass, IsReadAsItWasSigned) {
    for (const std::string& name : {std::string("one"), std::string(), std::string("a/b?c=d&e"), std::string("é\n")}) {
        PullPass pass = somePass();
        pass.key.stream = name;
        const std::string text = signedPass(pass);
        const auto read = readPass(text, kSecret);
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_EQ(read.value(), pass);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
                  std::string::npos);
    }
}

TEST(PullPass, NeedsASecretAndNamesThatFit) {
    EXPECT_FALSE(signPass(somePass(), "").ok());
    PullPass pass = somePass();
    for (const std::size_t size : {std::size_t{4000}, std::size_t{70'000}}) {
        pass.key.stream = std::string(size, 's');
        EXPECT_FALSE(signPass(pass, kSecret).ok()) << size;
    }
}

TEST(PullPass, IsNoneWithAnyBitChanged) {
    const std::string text = signedPass(somePass());
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = text;
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
            EXPECT_FALSE(readPass(changed, kSecret).ok()) << changed;
        }
    }
}

TEST(PullPass, IsNoneCutOrContinued) {
    const std::string text = signedPass(somePass());
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(readPass(text.substr(0, size), kSecret).ok()) << size;
    for (const char* more : {"A", "=", ".", "-"}) EXPECT_FALSE(readPass(text + more, kSecret).ok()) << more;
    EXPECT_FALSE(readPass(text + "." + text, kSecret).ok());
    EXPECT_FALSE(readPass(std::string(PullPass::kMostBytes + 1, '.'), kSecret).ok());
}

TEST(PullGate, LetsPlayWhatThePassNames) {
    const auto right = PullGate(someTerms()).judge(signedPass(somePass()));
    ASSERT_TRUE(right.ok()) << right.error().message;
    EXPECT_EQ(right.value()->key(), kKey);
    EXPECT_EQ(right.value()->node(), "b");
    EXPECT_EQ(right.value()->action(), HookAction::Play);
}

TEST(PullGate, RefusesWhatIsOldOrForeignOrForSomethingElse) {
    PullPass pass = somePass();
    pass.expiresUnixMs = kNowMs;
    EXPECT_EQ(refusal(signedPass(pass)), "the pass of node b is too old");
    pass.expiresUnixMs = kNowMs + 3 * PullPass::kValidMs;
    EXPECT_EQ(refusal(signedPass(pass)), "the pass of node b is of a time that has not come");
    pass = somePass();
    pass.origin = "c";
    EXPECT_EQ(refusal(signedPass(pass)), "the pass of node b is for node c");
    pass = somePass();
    pass.fence = 6;
    EXPECT_EQ(refusal(signedPass(pass)),
              "the pass of node b is for a.example/live/room/one by fence 6, and this node has it by 7");
    pass = somePass();
    pass.key.stream = "two";
    EXPECT_EQ(refusal(signedPass(pass)), "the pass of node b is for a.example/live/room/two, which is not this node's");
    pass.fence = 0;
    EXPECT_NE(refusal(signedPass(pass)), "") << "a right that nobody has is not one by fence 0";
    EXPECT_EQ(refusal(signedPass(somePass(), "another cluster's")),
              "the pass is not signed with this cluster's secret");
    EXPECT_EQ(refusal(""), "the pass is of another form");
}

TEST(PullGate, WithoutASecretServesNobody) {
    const std::string why = "this server has no cluster_secret, and serves no other node";
    PullTerms terms = someTerms();
    terms.secret.clear();
    EXPECT_EQ(refusal(signedPass(somePass()), terms), why);
    EXPECT_EQ(PullGate().judge(signedPass(somePass())).error().message, why);
}

/// What a pull gets from Admission, at a vhost whose backends would refuse.
class PullLaneTest : public ::testing::Test {
  protected:
    PullLaneTest() {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->hooks.enabled = true;
        vhost->hooks.onConnect = vhost->hooks.onPlay = vhost->hooks.onPublish = {"http://a/open"};
        vhost->hooks.onClose = vhost->hooks.onStop = vhost->hooks.onUnpublish = {"http://a/close"};
        vhost_ = vhost;
        gate_.admission.servePulls(someTerms());
        right_ = gate_.admission.judgePull(signedPass(somePass())).take();
    }

    /// `yes`, or why not.
    std::string ask(HookAction action, const StreamKey& key, const PullRightPtr& right) {
        support::Event said;
        std::string verdict;
        PendingAdmission pending;
        gate_.runner.run([&] {
            const auto lane = gate_.admission.openLane(gate_.runner.loop(), vhost_, "rtmp-7", right);
            pending = gate_.admission.request(lane, support::eventAbout(action, key), [&](base::Result<Ticket> result) {
                pending.release();
                verdict = result ? "yes" : result.error().message;
                said.happen();
            });
        });
        EXPECT_TRUE(said.wait());
        gate_.runner.run([&] { pending.cancel(); });
        gate_.runner.settle();
        return verdict;
    }

    support::HookGate gate_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    PullRightPtr right_;
};

TEST_F(PullLaneTest, NobodyIsAskedOrTold) {
    EXPECT_EQ(ask(HookAction::Connect, kKey, right_), "yes");
    EXPECT_EQ(ask(HookAction::Play, kKey, right_), "yes");
    EXPECT_EQ(ask(HookAction::Publish, kKey, PullRight::toPublish(kKey, "c")), "yes");
    EXPECT_TRUE(gate_.transport.urls().empty());
    EXPECT_TRUE(gate_.admission.drain(0));
}

TEST_F(PullLaneTest, ThereIsNoTicketForAnythingElse) {
    EXPECT_EQ(ask(HookAction::Publish, kKey, right_), "internal error");
    EXPECT_EQ(ask(HookAction::Play, {"a.example", "live/room", "two"}, right_), "internal error");
    EXPECT_EQ(ask(HookAction::Play, {"b.example", "live/room", "one"}, right_), "internal error");
    EXPECT_EQ(ask(HookAction::Connect, {"a.example", "live", "one"}, right_), "internal error");
    EXPECT_EQ(ask(HookAction::Play, kKey, PullRight::toPublish(kKey, "c")), "internal error");
    EXPECT_TRUE(gate_.transport.urls().empty());
}

TEST_F(PullLaneTest, IsNotCountedAmongTheStreamsClients) {
    gate_.transport.answerAlways("http://a/open", support::yes());
    gate_.runner.run([&] {
        const auto lane = gate_.admission.openLane(gate_.runner.loop(), vhost_, "rtmp-8", right_);
        std::ignore = gate_.admission.request(lane, support::eventAbout(HookAction::Play, kKey), [](const auto&) {});
    });
    EXPECT_EQ(ask(HookAction::Play, kKey, nullptr), "yes");
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    EXPECT_NE(gate_.transport.requests().at(0).body.find("\"clients\":1"), std::string::npos)
        << gate_.transport.requests().at(0).body;
}

} // namespace
} // namespace hookcast::hooks
