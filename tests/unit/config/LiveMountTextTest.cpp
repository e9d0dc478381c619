#include "config/LiveMountText.h"

#include "unit/config/Support.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::config {
namespace {

std::string errorIn(std::string_view mount) {
    const auto checked = checkLiveMount(mount);
    return checked ? std::string() : checked.error().message;
}

TEST(LiveMountTextTest, TakesWhatSaysWhichStreamAPathIs) {
    for (const char* mount : {"[vhost]/[app]/[stream].flv", "/[app]/[stream].ts", "live.example.com/[app]/[stream].aac",
                              "/x/[stream]-of-[app].mp3", "/[app]/[stream]-low.flv"})
        EXPECT_EQ(errorIn(mount), "") << mount;
}

TEST(LiveMountTextTest, SaysWhatItExpected) {
    EXPECT_EQ(errorIn("[vhost]"), "expected a path, as in [vhost]/[app]/[stream].flv");
    EXPECT_EQ(errorIn("[app]/[stream].flv"), "expected [app] and [stream] in the path, once each");
    EXPECT_EQ(errorIn("/[stream].flv"), "expected [app] and [stream] in the path, once each");
    EXPECT_EQ(errorIn("/live/[stream].flv"), "expected [app] and [stream] in the path, once each");
    EXPECT_EQ(errorIn("/[app]/[app]/[stream].flv"), "expected [app] and [stream] in the path, once each");
    EXPECT_EQ(errorIn("/[app][stream].flv"), "expected something between [app] and [stream]");
    EXPECT_EQ(errorIn("/[app]/[stream]"), "expected .flv, .ts, .aac or .mp3 at the end");
    EXPECT_EQ(errorIn("/[app]/[stream].mp4"), "expected .flv, .ts, .aac or .mp3 at the end");
}

TEST(LiveMountTextTest, AMountThatNamesNoStreamLoadsAsWithSrs) {
    for (const char* mount : {"/live/livestream.flv", "[vhost]/[app]/one.flv", "/[stream].flv", "[vhost]/hls"}) {
        const auto outcome =
            test::load(test::complete(std::string("vhost v { http_remux { enabled on; mount ") + mount + "; } }"));
        EXPECT_NE(outcome.config, nullptr) << mount;
        EXPECT_NE(test::messages(outcome).find("names no stream, and none is there"), std::string::npos) << mount;
    }
}

TEST(LiveMountTextTest, AMountThatWouldServeNothingIsAnErrorWhereItIsUsed) {
    const std::string mount = "mount /[app]/[app]/[stream].flv;";
    const auto used = test::load("listen 1935; vhost v { http_remux { enabled on; " + mount + " } }");
    EXPECT_EQ(used.config, nullptr);
    EXPECT_NE(test::messages(used).find("'mount': '/[app]/[app]/[stream].flv': expected [app] and [stream]"),
              std::string::npos);
    EXPECT_NE(test::load("listen 1935; vhost v { http_remux { " + mount + " } }").config, nullptr);
}

TEST(LiveMountTextTest, HttpStreamIsHttpServer) {
    const auto outcome = test::load(test::complete("http_stream { enabled on; listen 8081; }"));
    ASSERT_NE(outcome.config, nullptr) << test::messages(outcome);
    EXPECT_TRUE(outcome.config->http.enabled);
    EXPECT_EQ(outcome.config->http.listen.at(0).port, 8081);
    const auto both = test::load(test::complete("http_server { listen 8082; } http_stream { enabled on; }"));
    EXPECT_FALSE(both.config->http.enabled);
    EXPECT_NE(test::messages(both).find("'http_stream' is ignored: the one at test.conf:1:1 beats it"),
              std::string::npos);
}

} // namespace
} // namespace hookcast::config
