#include "config/HostPort.h"

#include "base/HostName.h"
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

std::string read(const std::string& text) {
    const base::Result<HostPort> address = readHostPort(text, 1935);
    return address ? address.value().text() : "error: " + address.error().message;
}

TEST(HostPort, IsReadWithAndWithoutAPort) {
    EXPECT_EQ(read("10.0.0.7"), "10.0.0.7:1935");
    EXPECT_EQ(read("media-1.example.com:1936"), "media-1.example.com:1936");
    EXPECT_EQ(read("[::1]"), "[::1]:1935");
    EXPECT_EQ(read("[2001:db8::7]:65535"), "[2001:db8::7]:65535");
}

TEST(HostPort, WhatIsNoneIsAnError) {
    for (const char* text : {"",    ":1935", "h:", "h:0",  "h:65536",   "h:1x", "h:-1", "rtmp://h", "h/live", "u@h",
                             "::1", "[::1",  "[]", "[]:1", "[::1]1935", "[h]",  "h 1",  "h:1:2",    "[",      "]"})
        EXPECT_EQ(read(text), "error: expected HOST or HOST:PORT") << text;
}

std::string addressOf(const std::string& text) {
    const LoadOutcome outcome = test::load(text);
    return outcome.config == nullptr ? test::messages(outcome) : nodeAddress(*outcome.config).text();
}

TEST(NodeAddress, IsWhatTheConfigurationSaysOrTheHostAndTheFirstPort) {
    EXPECT_EQ(addressOf("listen 1936 1937; cluster_redis { address 10.0.0.7:99; }"), "10.0.0.7:99");
    EXPECT_EQ(addressOf("listen 1936 1937; cluster_redis { address 10.0.0.7; }"), "10.0.0.7:1936");
    EXPECT_EQ(addressOf("listen 1936 1937;"), base::hostName() + ":1936");
}

TEST(ClusterSecret, IsLongAndTheAddressReadable) {
    const auto messages = [](const std::string& content) {
        return test::messages(
            test::load("listen 1935; vhost v { } cluster_redis { enabled on; node a; " + content + " }"));
    };
    EXPECT_NE(messages("cluster_secret fifteen-letters;").find("'cluster_secret': expected at least 16 characters"),
              std::string::npos);
    EXPECT_EQ(messages("cluster_secret sixteen-letters-;"), "");
    EXPECT_NE(messages("address rtmp://h;").find("'address': expected HOST or HOST:PORT"), std::string::npos);
}

TEST(ClusterSecret, ItsAbsenceIsWorthANote) {
    const LoadOutcome without = test::load("listen 1935; cluster_redis { enabled on; node a; }");
    ASSERT_EQ(without.notes.size(), 1U);
    EXPECT_NE(without.notes.front().message.find("cluster_secret"), std::string::npos);
    EXPECT_TRUE(test::load("listen 1935; cluster_redis { node a; }").notes.empty());
    EXPECT_TRUE(test::load("listen 1935; cluster_redis { enabled on; node a; cluster_secret sixteen-letters-; }")
                    .notes.empty());
    EXPECT_TRUE(test::load("listen 1935; cluster_redis { enabled on; node a; }",
                           {{"SRS_CLUSTER_REDIS_CLUSTER_SECRET", "sixteen-letters-"}})
                    .notes.empty());
}

} // namespace
} // namespace hookcast::config
