#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;

TEST(HeartbeatConfigTest, anIntervalThatSrs4WouldRefuseWorks) {
    const LoadOutcome outcome = load(complete("heartbeat { enabled on; interval 0.3; }"));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->heartbeat.intervalMs, 300);
    EXPECT_EQ(messages(outcome), "");
}

TEST(HeartbeatConfigTest, anUrlThatNobodyCouldHearIsNoReasonNotToStart) {
    const LoadOutcome outcome = load(complete("heartbeat { enabled on; url ftp://h/a; }"));
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->heartbeat.enabled);
    EXPECT_NE(messages(outcome).find("warning: heartbeat: 'url': 'ftp://h/a':"), std::string::npos)
        << messages(outcome);
    EXPECT_EQ(messages(load(complete("heartbeat { url ftp://h/a; }"))), "") << "it is off";
}

TEST(HeartbeatConfigTest, authWithoutItsTokenIsAnError) {
    for (const char* auth : {"enabled on;", "enabled on; type bearer;", "enabled on; token a;"}) {
        const LoadOutcome outcome = load(complete(std::string("heartbeat { enabled on; auth { ") + auth + " } }"));
        EXPECT_EQ(outcome.config, nullptr) << auth;
        EXPECT_NE(messages(outcome).find("error: heartbeat: 'auth' is enabled"), std::string::npos);
    }
    EXPECT_NE(load(complete("heartbeat { enabled on; auth { enabled on; type bearer; token a; } }")).config, nullptr);
}

TEST(HeartbeatConfigTest, twoWordsAboutAuthorizationAreAnError) {
    const std::string auth = "auth { enabled on; type bearer; token a; }";
    const LoadOutcome outcome =
        load(complete("heartbeat { enabled on; header authorization 'Basic b'; " + auth + " }"));
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("both say what Authorization is"), std::string::npos) << messages(outcome);
    EXPECT_NE(load(complete("heartbeat { enabled on; header X-Site b; " + auth + " }")).config, nullptr);
}

TEST(ApiAuthConfigTest, aBearerWithoutATokenIsAnError) {
    const LoadOutcome outcome = load(complete("http_api { enabled on; auth { enabled on; type bearer; } }"));
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("wants a 'token'"), std::string::npos) << messages(outcome);
    EXPECT_EQ(load(complete("http_api { auth { enabled on; type digest; } }")).config, nullptr);
}

} // namespace
} // namespace hookcast::config
