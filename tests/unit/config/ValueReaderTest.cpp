#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::defaultVhost;
using test::load;
using test::messages;

LoadOutcome loadInVhost(const std::string& text) {
    return load("listen 1935; vhost __defaultVhost__ {\n" + text + "\n}");
}

TEST(ValueReaderTest, aSwitchThatIsOffByDefaultIsOnOnlyForOn) {
    for (const char* word : {"true", "1", "yes", "ON"}) {
        const LoadOutcome outcome = loadInVhost(std::string("http_remux { enabled ") + word + "; }");
        ASSERT_NE(outcome.config, nullptr);
        EXPECT_FALSE(defaultVhost(outcome)->httpRemux.enabled) << word;
        EXPECT_EQ(messages(outcome), std::string("test.conf:2:14: warning: 'enabled': '") + word +
                                         "' is neither on nor off, taken as off\n");
    }
    EXPECT_EQ(messages(loadInVhost("http_static { enabled on; }")), "");
}

TEST(ValueReaderTest, aSwitchThatGuardsIsOnOrOffOrAnError) {
    for (const char* word : {"true", "1", "yes", "ON", "On", "0", "offf"}) {
        const LoadOutcome outcome = loadInVhost(std::string("http_hooks { enabled ") + word + "; }");
        EXPECT_EQ(outcome.config, nullptr);
        EXPECT_EQ(messages(outcome), std::string("test.conf:2:14: error: 'enabled': '") + word +
                                         "' is neither on nor off; write on or off\n");
    }
    EXPECT_EQ(loadInVhost("enabled no;").config, nullptr) << "a vhost's own switch, which is on by default";
    EXPECT_NE(loadInVhost("security { enabled off; }").config, nullptr);
}

TEST(ValueReaderTest, aSwitchThatIsOnByDefaultIsOffOnlyForOff) {
    for (const char* word : {"false", "0", "no", "OFF"}) {
        const LoadOutcome outcome = loadInVhost(std::string("play { gop_cache ") + word + "; }");
        ASSERT_NE(outcome.config, nullptr);
        EXPECT_TRUE(defaultVhost(outcome)->play.gopCache) << word;
        EXPECT_NE(messages(outcome).find("is neither on nor off, taken as on"), std::string::npos);
    }
    EXPECT_FALSE(defaultVhost(loadInVhost("enabled off;"))->enabled);
}

TEST(ValueReaderTest, aNumberIsReadAsFarAsItGoes) {
    const LoadOutcome outcome = loadInVhost("play { queue_length 10s; }");
    EXPECT_EQ(defaultVhost(outcome)->play.queueLengthMs, 10000);
    EXPECT_EQ(messages(outcome),
              "test.conf:2:8: warning: 'queue_length': '10s' is not a plain number, only 10 is read\n");
    EXPECT_EQ(defaultVhost(loadInVhost("play { queue_length 2.9; }"))->play.queueLengthMs, 2000);
    EXPECT_EQ(defaultVhost(loadInVhost("play { queue_length +7; }"))->play.queueLengthMs, 7000);
}

TEST(ValueReaderTest, whereThereIsNoNumberTheDefaultApplies) {
    for (const char* word : {"many", "-", "s10", "nan", "inf", ".5"}) {
        const LoadOutcome outcome = loadInVhost(std::string("play { queue_length ") + word + "; }");
        ASSERT_NE(outcome.config, nullptr);
        EXPECT_EQ(defaultVhost(outcome)->play.queueLengthMs, 30000) << word;
        EXPECT_EQ(messages(outcome), std::string("test.conf:2:8: warning: 'queue_length': '") + word +
                                         "' is not a number, expected 1 to 86400 s; the default applies\n");
    }
}

TEST(ValueReaderTest, aNumberOutOfBoundsIsClamped) {
    const LoadOutcome outcome = load(complete("chunk_size 100;"));
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(defaultVhost(outcome)->chunkSizeBytes, 128U);
    EXPECT_EQ(messages(outcome), "test.conf:1:1: warning: 'chunk_size': 100 is out of bounds, expected 128 to 65536 "
                                 "bytes; taken as 128\n");
    EXPECT_EQ(defaultVhost(load(complete("chunk_size 65537;")))->chunkSizeBytes, 65536U);
    EXPECT_EQ(defaultVhost(loadInVhost("chunk_size 1;"))->chunkSizeBytes, 128U);
    EXPECT_EQ(defaultVhost(loadInVhost("in_ack_size -5;"))->inAckSizeBytes, 0U);
    const std::string digits(400, '9');
    EXPECT_EQ(load(complete("limits { log_size " + digits + "; }")).config->limits.logBytes, 4294967295U);
    EXPECT_EQ(load(complete("limits { log_size -" + digits + "; }")).config->limits.logBytes, 65536U);
}

TEST(ValueReaderTest, fractionsOfASecondAreKeptToTheMillisecond) {
    const auto timeoutOf = [](const std::string& value) {
        return defaultVhost(loadInVhost("http_hooks { timeout " + value + "; }"))->hooks.calls.timeoutMs;
    };
    EXPECT_EQ(timeoutOf("0.5"), 500);
    EXPECT_EQ(timeoutOf(".25"), 250);
    EXPECT_EQ(timeoutOf("2"), 2000);
    EXPECT_EQ(timeoutOf("2."), 2000);
    EXPECT_EQ(timeoutOf("1.0015"), 1002);
    EXPECT_EQ(timeoutOf("0"), 1) << "clamped: no timeout at all is not on offer";
    EXPECT_EQ(loadInVhost("http_hooks { timeout 1e3; }").config, nullptr) << "a guess would be 1";
}

TEST(ValueReaderTest, badConnectionLimitsAreErrors) {
    EXPECT_EQ(messages(load(complete("max_connections 0;"))),
              "test.conf:1:1: error: 'max_connections': 0 is out of bounds, expected 1 to 1000000 clients\n");
    EXPECT_EQ(load(complete("max_connections -1;")).config, nullptr);
    EXPECT_EQ(messages(load(complete("max_connections many;"))),
              "test.conf:1:1: error: 'max_connections': 'many' is not a number, expected 1 to 1000000 clients\n");
}

TEST(ValueReaderTest, badAddressesAreErrors) {
    EXPECT_EQ(messages(load("listen 1935 0 x:1;\nvhost a { }")),
              "test.conf:1:1: error: 'listen': '0': expected a port from 1 to 65535, or ip:port, or [ipv6]:port\n"
              "test.conf:1:1: error: 'listen': 'x:1': expected an IP address before the port\n");
}

TEST(ValueReaderTest, anAddressThatStandsTwiceCountsOnce) {
    const LoadOutcome outcome = load("listen 1935 1936 1935; vhost a { }");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_EQ(outcome.config->rtmpListen.size(), 2U);
    EXPECT_EQ(messages(outcome), "test.conf:1:1: warning: 'listen': 1935 stands here twice\n");
}

TEST(ValueReaderTest, aWordOfLogClientThatNamesNobodyIsAnError) {
    EXPECT_EQ(messages(load(complete("log_client rtmp-1 192.0.2;"))),
              "test.conf:1:1: error: 'log_client': '192.0.2': expected all, an IP address or a network such as "
              "10.0.0.0/8 or 2001:db8::/32\n");
    EXPECT_EQ(messages(load(complete("log_client rtmp-1 12 k3j9x0ab \"capture door\" 192.0.2.7 2001:db8::/32;"))), "");
}

TEST(ValueReaderTest, unknownWordsAreTakenAsSrsTakesThem) {
    const LoadOutcome level = load(complete("srs_log_level loud;"));
    ASSERT_NE(level.config, nullptr);
    EXPECT_EQ(level.config->log.level, base::LogLevel::None);
    EXPECT_EQ(messages(level), "test.conf:1:1: warning: 'srs_log_level': expected one of verbose, info, trace, warn, "
                               "error, none, found 'loud'; taken as none, as SRS does\n");
    EXPECT_FALSE(load(complete("srs_log_tank syslog;")).config->log.toConsole);
}

TEST(ValueReaderTest, ourOwnWordsAreChecked) {
    EXPECT_EQ(messages(loadInVhost("http_hooks { enabled off; client_id number; }")),
              "test.conf:2:27: error: 'client_id': expected one of auto, integer, string, found 'number'\n");
}

TEST(ValueReaderTest, everyLogLevelHasItsNames) {
    using base::LogLevel;
    const auto levelOf = [](const std::string& text) { return load(complete(text)).config->log.level; };
    EXPECT_EQ(levelOf("srs_log_level verbose;"), LogLevel::Verbose);
    EXPECT_EQ(levelOf("srs_log_level info;"), LogLevel::Info);
    EXPECT_EQ(levelOf("srs_log_level trace;"), LogLevel::Trace);
    EXPECT_EQ(levelOf("srs_log_level warn;"), LogLevel::Warn);
    EXPECT_EQ(levelOf("srs_log_level error;"), LogLevel::Error);
    EXPECT_EQ(levelOf("srs_log_level none;"), LogLevel::None);
    EXPECT_EQ(levelOf("srs_log_level_v2 trace;"), LogLevel::Verbose);
    EXPECT_EQ(levelOf("srs_log_level_v2 debug;"), LogLevel::Info);
    EXPECT_EQ(levelOf("srs_log_level_v2 info;"), LogLevel::Trace);
    EXPECT_EQ(levelOf("srs_log_level_v2 warn; srs_log_level verbose;"), LogLevel::Warn) << "v2 wins";
}

} // namespace
} // namespace hookcast::config
