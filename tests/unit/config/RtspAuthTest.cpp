// What of rtsp_auth and rtsp_realm cannot be, or would let everybody in.
#include "unit/config/Support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;
using ::testing::HasSubstr;

constexpr const char* kHooks = "http_hooks { enabled on; on_connect http://a/; }";

std::string messagesOf(const std::string& vhost) {
    return messages(load(complete("vhost a {\n" + vhost + "\n}")));
}

TEST(RtspAuth, WantsSomebodyWhoIsAskedFirst) {
    const std::string fault = "test.conf:2:1: error: 'rtsp_auth': nobody judges who RTSP clients say they are";
    for (const char* hooks :
         {"", "http_hooks { enabled on; on_publish http://a/; on_play http://a/; }",
          "http_hooks { enabled off; on_connect http://a/; }", "http_notify { enabled off; on_connect http://a/; }",
          "http_notify { enabled on; on_play http://a/; }",
          "http_notify { enabled on; on_connect http://a/; protocols rtmp srt; }"})
        EXPECT_THAT(messagesOf(std::string("rtsp_auth digest; ") + hooks), HasSubstr(fault)) << hooks;
    for (const char* hooks : {kHooks, "http_notify { enabled on; on_connect http://a/; }",
                              "http_notify { enabled on; on_play http://a/; } http_notify { enabled on; on_connect "
                              "http://b/; protocols rtsp; }"})
        EXPECT_EQ(messagesOf(std::string("rtsp_auth digest; ") + hooks), "") << hooks;
    EXPECT_EQ(messagesOf("rtsp_auth off;"), "");
}

TEST(RtspAuth, HasWordsThatGoTogether) {
    const auto of = [](const std::string& words) { return messagesOf("rtsp_auth " + words + "; " + kHooks); };
    EXPECT_EQ(of("basic digest digest-sha-256"), "");
    EXPECT_EQ(of("off"), "");
    EXPECT_EQ(of("off basic"), "test.conf:2:1: error: 'rtsp_auth': 'off' goes with nothing else\n");
    EXPECT_EQ(of("basic digest basic"), "test.conf:2:1: error: 'rtsp_auth': 'basic' stands there twice\n");
    EXPECT_EQ(of("on"), "test.conf:2:1: error: 'rtsp_auth': expected one of off, basic, digest, digest-sha-256, found "
                        "'on'\n");
}

TEST(RtspAuth, HasARealmThatEveryClientReadsAlike) {
    for (const char* realm : {"'a\"b'", "a\\b", "Gr\xC3\xBC\xC3\x9F", "a\x01"})
        EXPECT_THAT(messagesOf(std::string("rtsp_realm ") + realm + ";"),
                    HasSubstr("error: 'rtsp_realm': expected 1 to"))
            << realm;
    EXPECT_THAT(messagesOf("rtsp_realm " + std::string(129, 'a') + ";"), HasSubstr("error: 'rtsp_realm'"));
    EXPECT_EQ(messagesOf("rtsp_realm 'our cameras';"), "");
}

} // namespace
} // namespace hookcast::config
