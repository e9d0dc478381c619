#include "api-server/SignatureGate.h"
#include "api-server/AllEndpoints.h"
#include "api-server/ControlHandler.h"
#include "api-server/HookHandler.h"
#include "shared/WebhookSigner.h"
#include "unit/support/FakeClock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::mock {
namespace {

using support::kOtherWebhookSecret;
using support::kWebhookSecret;
using support::signedBy;
using ::testing::HasSubstr;

constexpr const char* kBody = R"({"action":"on_publish","stream":"x"})";

class SignatureGateTest : public ::testing::Test {
  protected:
    std::string now(std::int64_t plusS = 0) const { return std::to_string(clock_.unixUs() / 1'000'000 + plusS); }

    static Request call(const std::string& id, const std::string& time, const std::string& signature) {
        Request request;
        request.method = "POST";
        request.path = "/api/v1/streams";
        request.body = kBody;
        request.headers = {{"webhook-id", id}, {"webhook-timestamp", time}, {"webhook-signature", signature}};
        return request;
    }

    Request good(std::int64_t plusS = 0) const {
        return call("a", now(plusS), signedBy(kWebhookSecret, "a", now(plusS), kBody));
    }

    SignatureState stateOf(const Request& request) { return gate_.check(request); }

    support::FakeClock clock_;
    SignatureGate gate_{{signingKey(kWebhookSecret).take()}, clock_};
};

TEST_F(SignatureGateTest, KnowsTheExampleOfTheSpecification) {
    EXPECT_EQ(signedBy(kWebhookSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(SignatureGateTest, TellsGoodFromAltered) {
    EXPECT_EQ(stateOf(good()), SignatureState::Good);
    const auto changed = [this](auto change) {
        Request request = good();
        change(request);
        return stateOf(request);
    };
    EXPECT_EQ(changed([](Request& r) { r.body += " "; }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[0].second = "b"; }), SignatureState::Altered);
    EXPECT_EQ(changed([this](Request& r) { r.headers[1].second = now(1); }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second.replace(0, 3, "v2,"); }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second.erase(0, 3); }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second = "v1,"; }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second = "v1,%%%"; }), SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second.resize(20); }), SignatureState::Altered);
    EXPECT_EQ(changed([this](Request& r) { r.headers[2].second = signedBy(kOtherWebhookSecret, "a", now(), kBody); }),
              SignatureState::Altered);
    EXPECT_EQ(changed([](Request& r) { r.headers[2].second = "v0,x v1,AAAA " + r.headers[2].second; }),
              SignatureState::Good)
        << "one of them is enough";
    EXPECT_EQ(gate_.count(SignatureState::Good), 2U);
    EXPECT_EQ(gate_.count(SignatureState::Altered), 9U);
}

TEST_F(SignatureGateTest, MissesWhatIsNotThere) {
    for (std::size_t i = 0; i < 3; ++i) {
        Request request = good();
        request.headers.erase(request.headers.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(stateOf(request), SignatureState::Missing);
    }
    for (const char* time : {"", "soon", "-1", "1.5", "99999999999999999999"})
        EXPECT_EQ(stateOf(call("a", time, signedBy(kWebhookSecret, "a", time, kBody))), SignatureState::Missing);
}

TEST_F(SignatureGateTest, RefusesOldCallsAndThoseOfTheFuture) {
    EXPECT_EQ(stateOf(good(-300)), SignatureState::Good);
    EXPECT_EQ(stateOf(good(300)), SignatureState::Good);
    EXPECT_EQ(stateOf(good(-301)), SignatureState::Old);
    EXPECT_EQ(stateOf(good(301)), SignatureState::Old);
    Request far = good();
    far.headers[1].second = "9223372036854775807";
    far.headers[2].second = signedBy(kWebhookSecret, "a", far.headers[1].second, kBody);
    EXPECT_EQ(stateOf(far), SignatureState::Old);
}

TEST_F(SignatureGateTest, OfAGetTheQueryIsSigned) {
    Request request = call("a", now(), signedBy(kWebhookSecret, "a", now(), "call=play&name=x"));
    request.method = "GET";
    request.body.clear();
    request.query = "call=play&name=x";
    EXPECT_EQ(stateOf(request), SignatureState::Good);
    request.query += "y";
    EXPECT_EQ(stateOf(request), SignatureState::Altered);
}

TEST_F(SignatureGateTest, EitherSecretWillDoDuringARotation) {
    SignatureGate both({signingKey(kOtherWebhookSecret).take(), signingKey(kWebhookSecret).take()}, clock_);
    EXPECT_EQ(both.check(good()), SignatureState::Good);
    SignatureGate none({}, clock_);
    EXPECT_EQ(none.check(Request{}), SignatureState::Unchecked);
}

TEST(SigningKey, RefusesWhatIsNoSecret) {
    for (const char* wrong : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8G",
                              "whsec_MfKQ9r8GKYqrTwjUPD8I*PZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
        EXPECT_FALSE(signingKey(wrong).ok()) << wrong;
    EXPECT_FALSE(signingKey("whsec_" + std::string(88, 'A')).ok()) << "66 bytes";
    EXPECT_EQ(signingKey(kWebhookSecret).value().size(), 24U);
    const std::string message = signingKey("whsec_MfKQ9r8G").error().message;
    EXPECT_EQ(message.find("MfKQ"), std::string::npos);
}

/// Endpoint, rules and lists behind the gate.
class SignedHooksTest : public SignatureGateTest {
  protected:
    ControlReply control(const std::string& method, const std::string& path) const {
        Request request;
        request.method = method;
        request.path = path;
        request.clientAddress = "192.0.2.9";
        return control_.handle(request);
    }

    RuleSet rules_;
    CallStore calls_{{}, clock_};
    EventStore events_{{}, clock_};
    CallLog log_{-1};
    HookHandler hooks_{allEndpoints(events_), ReplyMode::Plain, rules_, calls_, log_, &gate_};
    ControlHandler control_{rules_, calls_, events_, &hooks_, &gate_};
};

TEST_F(SignedHooksTest, NoRuleLetsACallInThatIsNotSigned) {
    ASSERT_TRUE(rules_.add(parseRule(R"({"reply":{"status":200,"body":"0"},"times":1})").take()).ok());
    Request altered = good();
    altered.body += " ";
    EXPECT_EQ(hooks_.handle(altered).status, 401);
    EXPECT_EQ(hooks_.handle(good(-1000)).status, 401);
    EXPECT_EQ(hooks_.handle(good()).ruleId, 1U);
    EXPECT_EQ(control("GET", "/control/signatures").answer.body,
              R"({"checked":true,"good":1,"missing":0,"altered":1,"old":1})");
    EXPECT_EQ(control("POST", "/control/signatures").answer.status, 405);
    EXPECT_EQ(calls_.find(1)->signature, SignatureState::Altered);
    EXPECT_EQ(calls_.find(3)->signature, SignatureState::Good);
}

TEST_F(SignedHooksTest, ACallIsSentAgainAsItCame) {
    EXPECT_EQ(hooks_.handle(good()).status, 200);
    const ControlReply reply = control("POST", "/control/calls/1/again");
    EXPECT_EQ(reply.answer.body, R"({"status":200,"body":"0"})");
    const auto again = calls_.find(2);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->repeats, 1U);
    EXPECT_EQ(again->request.headers, good().headers);
    EXPECT_EQ(again->request.body, kBody);
    EXPECT_EQ(again->request.clientAddress, "192.0.2.9");
    clock_.advanceMs(301'000);
    EXPECT_THAT(control("POST", "/control/calls/1/again").answer.body, HasSubstr("401"));
    for (const char* path : {"/control/calls/0/again", "/control/calls/9/again", "/control/calls/x/again",
                             "/control/calls//again", "/control/calls/again", "/control/calls/1/"})
        EXPECT_EQ(control("POST", path).answer.status, 404) << path;
    EXPECT_EQ(control("GET", "/control/calls/1/again").answer.status, 405);
    hooks_.handleTooLarge(good());
    EXPECT_EQ(control("POST", "/control/calls/4/again").answer.status, 409);
}

TEST_F(SignedHooksTest, RepeatedIdsAreThoseOfOneUrl) {
    Request other = good();
    other.path = "/api/v1/snapshots";
    for (const Request& request : {good(), other, good(), other}) hooks_.handle(request);
    std::vector<std::uint64_t> repeats;
    for (std::uint64_t order = 1; order <= 4; ++order) repeats.push_back(calls_.find(order)->repeats);
    EXPECT_THAT(repeats, ::testing::ElementsAre(0, 0, 1, 2));
    calls_.clear();
    hooks_.handle(good());
    EXPECT_EQ(calls_.find(5)->repeats, 0U) << "what is forgotten is not repeated";
    Request nameless = good();
    nameless.headers.clear();
    hooks_.handle(nameless);
    hooks_.handle(nameless);
    EXPECT_EQ(calls_.find(7)->repeats, 0U);
}

} // namespace
} // namespace hookcast::mock
