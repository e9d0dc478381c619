#include "config/ListenChecks.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

constexpr const char* kVhost = " vhost __defaultVhost__ { }";

std::string messagesOf(const std::string& text) {
    const LoadOutcome outcome = test::load(text);
    EXPECT_NE(outcome.config, nullptr) << test::messages(outcome);
    return test::messages(outcome);
}

TEST(ListenChecksTest, PortsThatClashAreErrors) {
    const auto errorsOf = [](const std::string& text) {
        const LoadOutcome outcome = test::load(text + kVhost);
        EXPECT_EQ(outcome.config, nullptr) << text;
        return test::messages(outcome);
    };
    EXPECT_EQ(errorsOf("listen 1935; http_server { enabled on; listen 1935; }"),
              "test.conf:1:40: error: 'listen 1935' of RTMP and 'listen 1935' of http_server want the same port\n");
    for (const char* text :
         {"listen 8080; http_server { enabled on; }", "listen 127.0.0.1:1985; http_api { enabled on; }",
          "listen 1935; rtsp_server { enabled on; listen 127.0.0.1:1935; }",
          "listen 1935; rtsp_server { enabled on; listen 0.0.0.0:1935; }",
          "listen [::]:1935; http_server { enabled on; listen [::1]:1935; }",
          "listen [::]:1935; http_server { enabled on; listen 10.0.0.1:1935; }", "listen 1935 127.0.0.1:1935;",
          "listen 1; http_server { enabled on; listen 80; } http_api { enabled on; listen 127.0.0.1:80; }",
          "listen 554; rtsp_server { enabled on; }", "listen [::]:1935; http_server { enabled on; listen [::0]:1935; }",
          "listen 1935; srt_server { enabled on; listen 10080 127.0.0.1:10080; }",
          "listen [::1]:1935; http_server { enabled on; listen [0:0::1]:1935; }"})
        EXPECT_NE(errorsOf(text).find("want the same port"), std::string::npos) << text;
}

TEST(ListenChecksTest, PortsThatDoNotClashAreNot) {
    for (const char* text : {"listen 1935 [::]:1935;", "listen 127.0.0.1:1935 10.0.0.1:1935;",
                             "listen 1935; http_server { enabled off; listen 1935; }",
                             "listen 1935; http_server { enabled on; listen 80; } http_api { enabled on; listen 80; }",
                             "listen 1935; srt_server { enabled on; listen 1935; }",
                             "listen 127.0.0.1:1935; http_server { enabled on; listen 127.0.0.2:1935; }"})
        EXPECT_EQ(messagesOf(std::string(text) + kVhost), "") << text;
}

TEST(ListenChecksTest, WhatHasNoServerIsToldOf) {
    const auto vhostWith = [](const std::string& block, const std::string& server = "") {
        return messagesOf("listen 1935; " + server + " vhost __defaultVhost__ { " + block + " }");
    };
    EXPECT_NE(vhostWith("http_remux { enabled on; }")
                  .find("vhost __defaultVhost__: http_remux is enabled and http_server is not: nothing comes of it"),
              std::string::npos);
    EXPECT_NE(vhostWith("srt { enabled on; }").find("srt is enabled and srt_server is not"), std::string::npos);
    EXPECT_EQ(vhostWith("rtsp { enabled on; }"), "") << "as every vhost is, by default";
    EXPECT_EQ(vhostWith("http_remux { enabled on; }", "http_server { enabled on; }"), "");
    EXPECT_EQ(vhostWith("http_remux { enabled off; } srt { enabled off; }"), "");
    EXPECT_EQ(vhostWith("srt { enabled on; }", "srt_server { enabled on; }"), "");
}

} // namespace
} // namespace hookcast::config
