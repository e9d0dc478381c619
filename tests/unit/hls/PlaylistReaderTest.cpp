#include "hls/PlaylistReader.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hls {
namespace {

TEST(PlaylistReader, ReadsWhatAPlaylistSays) {
    const auto read =
        readPlaylist("#EXTM3U\r\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:41\n"
                     "#EXT-X-DISCONTINUITY-SEQUENCE:3\n\n#EXT-X-MAP:URI=\"one/init.mp4\"\n"
                     "#EXT-X-PROGRAM-DATE-TIME:2024-01-02T03:04:05.678Z\n#EXTINF:9.500,title\none-41.m4s\n"
                     "#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n"
                     "#EXT-X-KEY:METHOD=AES-128,URI=\"one,1.key\",IV=0x000102030405060708090a0b0c0d0e0F\n"
                     "#EXTINF:1,\none-42.m4s\n#EXT-X-ENDLIST\n");
    ASSERT_TRUE(read);
    const ListedPlaylist& list = read.value();
    EXPECT_EQ(list.mediaSequence, 41U);
    EXPECT_EQ(list.discontinuitySequence, 3U);
    EXPECT_EQ(list.targetDurationMs, 10'000);
    EXPECT_TRUE(list.hasEnded);
    ASSERT_EQ(list.segments.size(), 2U);
    EXPECT_EQ(list.segments[0].uri, "one-41.m4s");
    EXPECT_EQ(list.segments[0].durationUs, 9'500'000);
    EXPECT_EQ(list.segments[0].startUnixMs, 1'704'164'645'678);
    EXPECT_EQ(*list.segments[0].initUri, "one/init.mp4");
    EXPECT_EQ(list.segments[0].keyUri, nullptr);
    EXPECT_FALSE(list.segments[0].isDiscontinuous || list.segments[0].isGap);
    EXPECT_TRUE(list.segments[1].isDiscontinuous && list.segments[1].isGap);
    EXPECT_EQ(*list.segments[1].keyUri, "one,1.key");
    ASSERT_TRUE(list.segments[1].iv);
    EXPECT_EQ((*list.segments[1].iv)[15], 15);
    EXPECT_EQ(list.segments[1].initUri, list.segments[0].initUri) << "it counts for all that follow";
}

TEST(PlaylistReader, ReadsTimesWithAZone) {
    const auto read = readPlaylist("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2024-01-02T05:04:05+02:00\n#EXTINF:1,\na\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read.value().segments.front().startUnixMs, 1'704'164'645'000);
}

TEST(PlaylistReader, RefusesWhatNobodyCanGoOnWith) {
    for (const char* text :
         {"", "#EXTM3", "a.ts", "#EXTM3U\na.ts\n", "#EXTM3U\n#EXTINF:x,\na.ts\n", "#EXTM3U\n#EXTINF:-1,\na.ts\n",
          "#EXTM3U\n#EXTINF:nan,\na.ts\n", "#EXTM3U\n#EXTINF:1e300,\na.ts\n", "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:-1\n",
          "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:18446744073709551615\n", "#EXTM3U\n#EXT-X-TARGETDURATION:\n",
          "#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n"})
        EXPECT_FALSE(readPlaylist(text)) << text;
    std::string many = "#EXTM3U\n";
    for (std::size_t i = 0; i <= kMostListedSegments; ++i) many += "#EXTINF:1,\na\n";
    EXPECT_FALSE(readPlaylist(many));
}

} // namespace
} // namespace hookcast::hls
