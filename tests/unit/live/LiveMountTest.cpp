#include "live/LiveMount.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::live {
namespace {

LiveMount mount(std::string_view text) {
    auto parsed = LiveMount::parse(text);
    EXPECT_TRUE(parsed.ok()) << text;
    return parsed.take();
}

/// `app|stream`, or nothing.
std::string match(std::string_view text, std::string_view path) {
    const auto found = mount(text).match(path);
    return found ? found->app + "|" + found->stream : std::string();
}

TEST(LiveMountTest, KnowsItsHostAndExtension) {
    EXPECT_EQ(mount("[vhost]/[app]/[stream].flv").host(), "[vhost]");
    EXPECT_EQ(mount("[vhost]/[app]/[stream].flv").extension(), ".flv");
    EXPECT_EQ(mount("/[app]/[stream].ts").host(), "");
    EXPECT_EQ(mount("a.com/[app]/[stream].x.mp3").host(), "a.com");
    EXPECT_EQ(mount("a.com/[app]/[stream].x.mp3").extension(), ".mp3");
    EXPECT_FALSE(LiveMount::parse("/[app]/[stream]").ok());
}

TEST(LiveMountTest, FindsTheStreamInAPath) {
    const char* usual = "[vhost]/[app]/[stream].flv";
    EXPECT_EQ(match(usual, "/live/s.flv"), "live|s");
    EXPECT_EQ(match(usual, "/live/room1/s.flv"), "live/room1|s");
    EXPECT_EQ(match(usual, "/live/s.flv.flv"), "live|s.flv");
    EXPECT_EQ(match(usual, "/live/a b.flv"), "live|a b");
    for (const char* path : {"/", "", "/live", "/live/", "/live/s", "/live/s.ts", "/live/.flv", "//s.flv", "/s.flv",
                             "/live/s.flv/", "/live/s.FLV", ".flv"})
        EXPECT_EQ(match(usual, path), "") << path;
}

TEST(LiveMountTest, TakesWhatStandsAroundTheNames) {
    EXPECT_EQ(match("/tv/[app]/now/[stream]-hd.ts", "/tv/live/now/s-hd.ts"), "live|s");
    EXPECT_EQ(match("/tv/[app]/now/[stream]-hd.ts", "/tv/a/now/b/now/s-hd.ts"), "a/now/b|s");
    EXPECT_EQ(match("/tv/[app]/now/[stream]-hd.ts", "/tv/live/s-hd.ts"), "");
    EXPECT_EQ(match("/[stream]@[app].mp3", "/s@live.mp3"), "live|s");
    EXPECT_EQ(match("/[stream]@[app].mp3", "/s@live/room@1.mp3"), "live/room@1|s");
    EXPECT_EQ(match("/[stream]@[app].mp3", "/a/s@live.mp3"), "") << "a stream's name has no slash";
    EXPECT_EQ(match("/x/[app]/[stream].flv", "/x/.flv"), "") << "shorter than what stands around";
}

} // namespace
} // namespace hookcast::live
