// What of a vhost's hls block does not go together.
#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

using test::complete;
using test::load;
using test::messages;

std::string messagesOf(const std::string& hls) {
    return messages(load(complete("vhost a {\nhls { " + hls + " }\n}")));
}

TEST(HlsChecksTest, APlaylistWithoutItsStreamIsNoPlaylist) {
    for (const char* name : {"live.m3u8", "[app]/live.m3u8", "[stream].m3u8"})
        EXPECT_EQ(
            messagesOf(std::string("enabled on; hls_m3u8_file ") + name + ";"),
            "test.conf:2:19: warning: 'hls_m3u8_file': http_server has no playlist of it, as a path of it does not "
            "tell the stream; it needs [app] and [stream]\n")
            << name;
    EXPECT_EQ(messagesOf("enabled on; hls_m3u8_file [vhost]/[app]/[stream]/index.m3u8;"), "");
    EXPECT_EQ(messagesOf("enabled off; hls_m3u8_file live.m3u8;"), "");
}

TEST(HlsChecksTest, PartsAreNotEncrypted) {
    const LoadOutcome outcome = load(complete("vhost a {\nhls { enabled on; hls_keys on; hls_ll on; }\n}"));
    EXPECT_EQ(messages(outcome),
              "test.conf:2:32: warning: 'hls_ll': it is off, as segments are encrypted as a whole (hls_keys)\n");
    ASSERT_NE(outcome.config, nullptr);
    EXPECT_FALSE(outcome.config->vhosts.front()->hls.lowLatency);
}

} // namespace
} // namespace hookcast::config
