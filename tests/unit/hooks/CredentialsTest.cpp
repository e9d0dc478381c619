// Who a client has shown to be, as backends are told of it: in openings, and nowhere else.
#include "hooks/Credentials.h"
#include "hooks/FormNotifyDialect.h"
#include "hooks/Srs4JsonDialect.h"
#include "hooks/SrsJsonDialect.h"
#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<HookAction> kOpenings = {HookAction::Connect, HookAction::Publish, HookAction::Play};

HookEvent eventOf(HookAction action, std::shared_ptr<const Credentials> credentials) {
    auto client = support::someClient();
    support::changeIdentity(*client, [](ClientIdentity& who) { who.protocol = config::Protocol::Rtsp; });
    client->credentials = std::move(credentials);
    return support::eventOf(action, client, support::namedStream("one"));
}

std::shared_ptr<const Credentials> basic() {
    return std::make_shared<Credentials>(Credentials{"ann", "s3:cr\"t&", {}});
}

std::shared_ptr<const Credentials> digest() {
    Credentials credentials{"ann", {}, DigestProof{"MD5", "hookcast", "nonce:ha2", "0123"}};
    return std::make_shared<Credentials>(std::move(credentials));
}

std::vector<std::string> jsonOf(const HookEvent& event) {
    constexpr auto kForm = config::ClientIdForm::Integer;
    return {SrsJsonDialect("s", "v").write(event, kForm), Srs4JsonDialect("s", "v").write(event, kForm)};
}

TEST(Credentials, AreInEachOpening) {
    for (const HookAction action : kOpenings) {
        for (const std::string& json : jsonOf(eventOf(action, basic())))
            EXPECT_THAT(json, HasSubstr(R"("user":"ann","password":"s3:cr\"t&")"));
        EXPECT_THAT(FormNotifyDialect::fields(eventOf(action, basic())),
                    HasSubstr("&user=ann&password=s3%3Acr%22t%26"));
    }
}

TEST(Credentials, HaveNoPasswordWhereThereIsADigest) {
    for (const HookAction action : kOpenings) {
        for (const std::string& json : jsonOf(eventOf(action, digest()))) {
            EXPECT_THAT(json, HasSubstr(R"("user":"ann","digest_algorithm":"MD5","digest_realm":"hookcast",)"
                                        R"("digest_rest":"nonce:ha2","digest_response":"0123")"));
            EXPECT_THAT(json, Not(HasSubstr("password"))) << "a backend that knows passwords only has to say no";
        }
        const std::string form = FormNotifyDialect::fields(eventOf(action, digest()));
        EXPECT_THAT(form, HasSubstr("&user=ann&digest_algorithm=MD5&digest_realm=hookcast&digest_rest=nonce%3Aha2&"
                                    "digest_response=0123"));
        EXPECT_THAT(form, Not(HasSubstr("password")));
    }
}

TEST(Credentials, AreInNothingElse) {
    for (const HookAction action : {HookAction::Close, HookAction::Unpublish, HookAction::Stop, HookAction::Dvr,
                                    HookAction::Update, HookAction::Hls})
        for (const std::string& json : jsonOf(eventOf(action, basic()))) {
            EXPECT_THAT(json, Not(HasSubstr("ann"))) << nameOf(action);
            EXPECT_THAT(json, Not(HasSubstr("s3:cr"))) << nameOf(action);
        }
    for (const HookAction action : {HookAction::Close, HookAction::Unpublish, HookAction::Stop, HookAction::Update})
        EXPECT_THAT(FormNotifyDialect::fields(eventOf(action, basic())), Not(HasSubstr("user="))) << nameOf(action);
}

TEST(Credentials, AreNoFieldsWhereNobodyWasAsked) {
    for (const HookAction action : kOpenings) {
        for (const std::string& json : jsonOf(eventOf(action, nullptr))) EXPECT_THAT(json, Not(HasSubstr("user")));
        EXPECT_THAT(FormNotifyDialect::fields(eventOf(action, nullptr)), Not(HasSubstr("user")));
    }
}

} // namespace
} // namespace hookcast::hooks
