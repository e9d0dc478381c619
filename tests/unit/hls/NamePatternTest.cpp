#include "hls/NamePattern.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hls {
namespace {

/// `app+stream`, or `-`.
std::string read(const char* pattern, const std::string& path) {
    const auto match = NamePattern(pattern, "v").match(path);
    return match ? match->app + "+" + match->stream : "-";
}

TEST(NamePattern, TellsWhoseAPlaylistIs) {
    EXPECT_EQ(read("[app]/[stream].m3u8", "live/show.m3u8"), "live+show");
    EXPECT_EQ(read("[app]/[stream].m3u8", "live/room/show.m3u8"), "live/room+show");
    EXPECT_EQ(read("/[app]/[stream].m3u8", "live/show.m3u8"), "live+show");
    EXPECT_EQ(read("./[app]/[stream].m3u8", "live/show.m3u8"), "live+show");
    EXPECT_EQ(read("[vhost]/[app]/[stream]/index.m3u8", "v/live/show/index.m3u8"), "live+show");
    EXPECT_EQ(read("[app]/[stream]/[stream].m3u8", "live/show/show.m3u8"), "live+show");
    EXPECT_EQ(read("hls/[stream]@[app].m3u8", "hls/show@live/a.m3u8"), "live/a+show");
}

TEST(NamePattern, TakesTheLongestApplication) {
    EXPECT_EQ(read("[app]-[stream].m3u8", "a-b-c.m3u8"), "a-b+c");
}

TEST(NamePattern, TakesNothingElse) {
    EXPECT_EQ(read("[app]/[stream].m3u8", "live/show.m3u"), "-");
    EXPECT_EQ(read("[app]/[stream].m3u8", "show.m3u8"), "-");
    EXPECT_EQ(read("[app]/[stream].m3u8", "live/.m3u8"), "-");
    EXPECT_EQ(read("[app]/[stream].m3u8", "/show.m3u8"), "-");
    EXPECT_EQ(read("[app]/[stream].m3u8", ""), "-");
    EXPECT_EQ(read("[vhost]/[app]/[stream].m3u8", "other/live/show.m3u8"), "-");
    EXPECT_EQ(read("[app]/[stream]/[stream].m3u8", "live/show/other.m3u8"), "-");
    EXPECT_EQ(read("[stream].m3u8", "show.m3u8"), "-") << "nobody could tell the application";
    EXPECT_FALSE(NamePattern("[stream].m3u8", "v").namesStreams());
    EXPECT_TRUE(NamePattern("[app]/[stream].m3u8", "v").namesStreams());
}

TEST(NamePattern, SeesWhatCouldBeASegment) {
    const NamePattern segments("[app]/[stream]-[seq].ts", "v");
    EXPECT_TRUE(segments.couldBe("live/show-12.ts"));
    EXPECT_TRUE(segments.couldBe("live/a/show-2-12.ts"));
    EXPECT_FALSE(segments.couldBe("live/show-.ts"));
    EXPECT_FALSE(segments.couldBe("live/show-x.ts"));
    EXPECT_FALSE(segments.couldBe("live/show.ts"));
    EXPECT_FALSE(segments.couldBe("live/show-12.ts/"));
    const NamePattern timed("[app]/[2006]-[01]/[stream].[timestamp].[duration].ts", "v");
    EXPECT_TRUE(timed.couldBe("live/2026-11/show.1795919811776.10000.ts"));
    EXPECT_FALSE(timed.couldBe("live/2026-11/show..10000.ts"));
}

/// Each further variable would have it try as many times more.
TEST(NamePattern, GivesUpOnWhatIsMadeToTakeLong) {
    const NamePattern greedy("[app]-[2006][01][02][15][04][05][timestamp][seq]-[stream].ts", "v");
    EXPECT_FALSE(greedy.couldBe("a-" + std::string(4000, '1') + "-b"));
    EXPECT_FALSE(NamePattern("[app]-[stream]-[stream]x", "v").couldBe(std::string(4000, '-')));
}

} // namespace
} // namespace hookcast::hls
