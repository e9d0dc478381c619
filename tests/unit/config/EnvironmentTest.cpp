#include "config/Environment.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace hookcast::config {
namespace {

using test::defaultVhost;
using test::load;
using test::messages;

constexpr const char* kFile = "listen 1935; vhost __defaultVhost__ { } vhost b { chunk_size 500; }";

TEST(EnvironmentTest, keepsWhatBelongsToSrsAndIsSet) {
    const Environment environment({{"SRS_PID", "x"}, {"SRS_LISTEN", ""}, {"PATH", "/bin"}, {"srs_pid", "y"}});
    EXPECT_EQ(environment.get("SRS_PID"), "x");
    EXPECT_EQ(environment.all().size(), 1U);
    EXPECT_FALSE(environment.configFile().has_value());
    EXPECT_FALSE(environment.environmentOnly());
}

TEST(EnvironmentTest, knowsTheFileAndTheModeWithoutOne) {
    using Variables = std::map<std::string, std::string>;
    EXPECT_EQ(Environment(Variables{{"SRS_CONFIG_FILE", "a.conf"}}).configFile(), "a.conf");
    EXPECT_TRUE(Environment(Variables{{"SRS_ENV_ONLY", "off"}}).environmentOnly()) << "whatever its value";
    EXPECT_EQ(messages(load(kFile, {{"SRS_CONFIG_FILE", "a"}, {"SRS_ENV_ONLY", "1"}, {"SRS_PLATFORM", "p"}})), "");
}

TEST(EnvironmentTest, takesTheVariablesOfTheProcess) {
    ASSERT_EQ(setenv("SRS_TEST_VARIABLE", "a=b", 1), 0);
    EXPECT_EQ(Environment::ofProcess().get("SRS_TEST_VARIABLE"), "a=b");
    ASSERT_EQ(unsetenv("SRS_TEST_VARIABLE"), 0);
    EXPECT_FALSE(Environment::ofProcess().get("SRS_TEST_VARIABLE").has_value());
}

TEST(EnvironmentTest, listsSplitOnSingleBlanks) {
    const LoadOutcome outcome = load(kFile, {{"SRS_LISTEN", "1936  [::1]:1937 "}});
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(outcome.config->rtmpListen.size(), 2U);
    EXPECT_EQ(outcome.config->rtmpListen[0].where.text(), "environment SRS_LISTEN");
    EXPECT_EQ(load(kFile, {{"SRS_LISTEN", "1936\t1937"}}).config, nullptr) << "a tab separates nothing";
    EXPECT_EQ(load(kFile, {{"SRS_PID", "/a folder/pid"}}).config->pidFile, "/a folder/pid") << "not a list";
}

TEST(EnvironmentTest, vhostVariablesBeatEveryVhost) {
    const LoadOutcome outcome = load(kFile, {{"SRS_VHOST_CHUNK_SIZE", "300"}, {"SRS_VHOST_PLAY_QUEUE_LENGTH", "9"}});
    ASSERT_NE(outcome.config, nullptr);
    for (const char* name : {"__defaultVhost__", "b"}) {
        EXPECT_EQ(outcome.config->findVhost(name)->chunkSizeBytes, 300U);
        EXPECT_EQ(outcome.config->findVhost(name)->play.queueLengthMs, 9000);
    }
}

TEST(EnvironmentTest, theGlobalChunkSizeLeavesAVhostItsOwn) {
    const LoadOutcome outcome = load(kFile, {{"SRS_CHUNK_SIZE", "300"}});
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->findVhost("__defaultVhost__")->chunkSizeBytes, 300U);
    EXPECT_EQ(outcome.config->findVhost("b")->chunkSizeBytes, 500U);
}

TEST(EnvironmentTest, beatsOldSpellingsAndDuplicates) {
    const LoadOutcome outcome = load("listen 1; daemon on; daemon on; rtmp { listen 5; }\nvhost __defaultVhost__ { "
                                     "gop_cache on; play { } play { } }",
                                     {{"SRS_DAEMON", "off"}, {"SRS_VHOST_PLAY_GOP_CACHE", "off"}, {"SRS_LISTEN", "9"}});
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->daemon);
    EXPECT_FALSE(defaultVhost(outcome)->play.gopCache);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 9);
}

TEST(EnvironmentTest, valuesAreCheckedLikeThoseOfAFile) {
    const LoadOutcome outcome = load(kFile, {{"SRS_MAX_CONNECTIONS", "0"}, {"SRS_DAEMON", "no"}});
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_EQ(messages(outcome),
              "environment SRS_MAX_CONNECTIONS: error: 'max_connections': 0 is out of bounds, "
              "expected 1 to 1000000 clients\n"
              "environment SRS_DAEMON: warning: 'daemon': 'no' is neither on nor off, taken as on\n");
}

TEST(EnvironmentTest, aHookUrlFromAVariableIsChecked) {
    const LoadOutcome outcome =
        load(kFile, {{"SRS_VHOST_HTTP_HOOKS_ENABLED", "on"}, {"SRS_VHOST_HTTP_HOOKS_ON_PLAY", "http://a/ nowhere"}});
    EXPECT_EQ(outcome.config, nullptr);
    EXPECT_NE(messages(outcome).find("environment SRS_VHOST_HTTP_HOOKS_ON_PLAY: error: 'on_play': 'nowhere'"),
              std::string::npos);
}

TEST(EnvironmentTest, variablesWithoutEffectAreWarnings) {
    const LoadOutcome outcome = load(kFile, {{"SRS_RTC_SERVER_ENABLED", "on"},
                                             {"SRS_VHOST_PLAY_GOP_CACH", "off"},
                                             {"SRS_SOMETHING_QUITE_DIFFERENT", "1"},
                                             {"SRS_VHOST_ENABLED", "off"}});
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_TRUE(outcome.config->findVhost("b")->enabled) << "SRS has no variable for it";
    EXPECT_EQ(messages(outcome),
              "environment SRS_RTC_SERVER_ENABLED: warning: 'rtc_server.enabled' has no effect yet\n"
              "environment SRS_SOMETHING_QUITE_DIFFERENT: warning: no directive has this variable, it is ignored\n"
              "environment SRS_VHOST_ENABLED: warning: no directive has this variable, it is ignored\n"
              "environment SRS_VHOST_PLAY_GOP_CACH: warning: no directive has this variable, it is ignored; did you "
              "mean SRS_VHOST_PLAY_GOP_CACHE?\n");
}

TEST(EnvironmentTest, whatIsOffWithSrsTooIsNoWarning) {
    const LoadOutcome outcome = load(
        kFile, {{"SRS_RTC_SERVER_ENABLED", "off"}, {"SRS_VHOST_HLS_ENABLED", "off"}, {"SRS_VHOST_RTC_NACK", "off"}});
    EXPECT_EQ(messages(outcome), "");
    EXPECT_NE(messages(load(kFile, {{"SRS_VHOST_RTC_NACK", "on"}})), "");
}

TEST(EnvironmentTest, aValueThatNoFileCouldHoldIsAnError) {
    EXPECT_EQ(load(kFile, {{"SRS_PID", "both \" and '"}}).config, nullptr);
    EXPECT_NE(load(kFile, {{"SRS_PID", "it's"}}).config, nullptr);
}

TEST(EnvironmentTest, aloneItServesTheDefaultVhostFromTheTerminal) {
    const LoadOutcome outcome = ConfigLoader().loadEnvironmentOnly(
        Environment({{"SRS_LISTEN", "1936"}, {"SRS_VHOST_HTTP_HOOKS_ENABLED", "on"}, {"SRS_ENV_ONLY", "on"}}));
    ASSERT_NE(outcome.config, nullptr) << messages(outcome);
    EXPECT_EQ(messages(outcome),
              "environment SRS_VHOST_HTTP_HOOKS_ENABLED: warning: http_hooks is enabled but names no "
              "URL: every client is let in without a question\n");
    EXPECT_FALSE(outcome.config->daemon);
    EXPECT_TRUE(outcome.config->log.toConsole);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 1936);
    ASSERT_EQ(outcome.config->vhosts.size(), 1U);
    EXPECT_EQ(outcome.config->vhosts[0]->name, "__defaultVhost__");
    EXPECT_TRUE(outcome.config->vhosts[0]->hooks.enabled);
}

TEST(EnvironmentTest, aloneWithoutAVariableItListensOnTheUsualPort) {
    const LoadOutcome outcome = ConfigLoader().loadEnvironmentOnly({});
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->rtmpListen.at(0).port, 1935);
    EXPECT_EQ(messages(outcome), "environment: warning: no address to listen on, 'listen 1935' is assumed\n");
}

} // namespace
} // namespace hookcast::config
