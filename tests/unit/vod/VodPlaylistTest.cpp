#include "vod/VodPlaylist.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::vod {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t kBegan = 1'700'000'000'000;
constexpr const char* kOne = "00000000000000a1";
constexpr const char* kTwo = "00000000000000a2";

/// A file with a keyframe every `gopMs`.
IndexedFile file(const std::string& id, std::int64_t beganUnixMs, std::int64_t durationMs, std::int64_t gopMs) {
    auto recorded = std::make_shared<RecordedFile>();
    recorded->key = {"v.com", "live", "show"};
    recorded->id = id;
    recorded->beganUnixMs = beganUnixMs;
    recorded->durationMs = durationMs;
    auto index = std::make_shared<MediaIndex>();
    for (std::int64_t time = 0; time < durationMs; time += gopMs) index->points.push_back({time, 0, 0});
    index->endMs = durationMs;
    return {recorded, index};
}

/// `ID:FIRST-LAST@START+DURATION` of each.
std::vector<std::string> textsOf(const std::vector<VodSegment>& segments) {
    std::vector<std::string> texts;
    for (const VodSegment& one : segments)
        texts.push_back(one.name.fileId.substr(14) + ":" + std::to_string(one.name.first) + "-" +
                        std::to_string(one.name.last) + "@" + std::to_string(one.name.startMs) + "+" +
                        std::to_string(one.durationMs));
    return texts;
}

TEST(VodPlaylist, GroupsOfPicturesMakeSegments) {
    EXPECT_THAT(textsOf(cutSegments({file(kOne, kBegan, 14'500, 2000)}, {})),
                ElementsAre("a1:0-3@0+6000", "a1:3-6@6000+6000", "a1:6-8@12000+2500"));
    EXPECT_THAT(textsOf(cutSegments({file(kOne, kBegan, 25'000, 10'000)}, {})),
                ElementsAre("a1:0-1@0+10000", "a1:1-2@10000+10000", "a1:2-3@20000+5000"));
}

TEST(VodPlaylist, ARangeIsRightToAGroupOfPictures) {
    const std::vector<IndexedFile> files{file(kOne, kBegan, 60'000, 1000)};
    EXPECT_THAT(textsOf(cutSegments(files, {kBegan + 10'500, kBegan + 12'200})), ElementsAre("a1:10-13@0+3000"));
    EXPECT_THAT(textsOf(cutSegments(files, {kBegan + 10'000, kBegan + 12'000})), ElementsAre("a1:10-12@0+2000"));
    EXPECT_THAT(textsOf(cutSegments(files, {kBegan - 5000, kBegan + 1})), ElementsAre("a1:0-1@0+1000"));
    EXPECT_THAT(textsOf(cutSegments(files, {kBegan + 59'500, kBegan + 90'000})), ElementsAre("a1:59-60@0+1000"));
    EXPECT_THAT(cutSegments(files, {kBegan + 60'000, kBegan + 70'000}), IsEmpty());
    EXPECT_THAT(cutSegments(files, {std::nullopt, kBegan}), IsEmpty());
    EXPECT_THAT(cutSegments(files, {std::nullopt, kBegan - 1000}), IsEmpty());
    EXPECT_THAT(cutSegments({}, {}), IsEmpty());
}

TEST(VodPlaylist, GoesOnOverFilesAndGaps) {
    const auto segments = cutSegments({file(kOne, kBegan, 4000, 2000), file(kTwo, kBegan + 60'000, 2000, 2000)}, {});
    EXPECT_THAT(textsOf(segments), ElementsAre("a1:0-2@0+4000", "a2:0-1@4000+2000"));
    const auto text = writePlaylist(segments, "?token=a");
    ASSERT_TRUE(text);
    EXPECT_EQ(text.value(), "#EXTM3U\n"
                            "#EXT-X-VERSION:3\n"
                            "#EXT-X-PLAYLIST-TYPE:VOD\n"
                            "#EXT-X-TARGETDURATION:4\n"
                            "#EXT-X-MEDIA-SEQUENCE:0\n"
                            "#EXT-X-INDEPENDENT-SEGMENTS\n"
                            "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z\n"
                            "#EXTINF:4.000,\n"
                            "recording-00000000000000a1-0-2-0.ts?token=a\n"
                            "#EXT-X-DISCONTINUITY\n"
                            "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:14:20.000Z\n"
                            "#EXTINF:2.000,\n"
                            "recording-00000000000000a2-0-1-4000.ts?token=a\n"
                            "#EXT-X-ENDLIST\n");
}

/// As when a publisher sends faster than time goes.
TEST(VodPlaylist, FilesThatOverlapArePlayedOneAfterTheOther) {
    EXPECT_THAT(textsOf(cutSegments({file(kOne, kBegan, 10'000, 5000), file(kTwo, kBegan + 5, 10'000, 10'000)}, {})),
                ElementsAre("a1:0-2@0+10000", "a2:0-1@10000+10000"));
}

TEST(VodPlaylist, NoSegmentIsLongerThanTheTargetRounded) {
    for (const std::int64_t ms : {1LL, 499LL, 500LL, 1499LL, 1500LL, 7499LL, 7500LL, 100'000LL}) {
        const auto text = writePlaylist(cutSegments({file(kOne, kBegan, ms, ms)}, {}), "");
        ASSERT_TRUE(text);
        const std::int64_t target = std::max<std::int64_t>(1, (ms + 500) / 1000);
        EXPECT_THAT(text.value(), HasSubstr("#EXT-X-TARGETDURATION:" + std::to_string(target) + "\n")) << ms;
    }
}

TEST(VodPlaylist, HasBounds) {
    EXPECT_FALSE(writePlaylist(cutSegments({file(kOne, kBegan, kMostPlaylistMs + 10'000, 10'000)}, {}), ""));
    EXPECT_TRUE(writePlaylist(cutSegments({file(kOne, kBegan, kMostPlaylistMs, 10'000)}, {}), ""));
    EXPECT_FALSE(writePlaylist(cutSegments({file(kOne, kBegan, kMostPlaylistMs, 10'000)}, {}), std::string(4000, 'x')));
}

TEST(SegmentName, IsReadAsItIsWritten) {
    const SegmentName name{kOne, 3, 12, 4500};
    EXPECT_EQ(name.text(), "recording-00000000000000a1-3-12-4500.ts");
    EXPECT_EQ(SegmentName::parse(name.text()), name);
    for (const char* text :
         {"", "recording-", "recording.m3u8", "recording-00000000000000a1-3-12-4500",
          "recording-00000000000000a1-3-12.ts", "recording-00000000000000A1-3-12-4500.ts",
          "recording-00000000000000a1-3-3-0.ts", "recording-00000000000000a1-4-3-0.ts",
          "recording-00000000000000a1--1-3-0.ts", "recording-00000000000000a1-01-3-0.ts",
          "recording-00000000000000a1-1-3-0.ts?", "recording-00000000000000a1-1-3-0.ts.ts",
          "recording-00000000000000a1-1-99999999999999999999-0.ts", "recording-00000000000000a1-1-3--5.ts",
          "recording-00000000000000a1-1-3-86400001.ts", "Recording-00000000000000a1-1-3-0.ts",
          "recording-../../../../../etc-1-3-0.ts", "recording-00000000000000a1+1-3-0.ts"})
        EXPECT_FALSE(SegmentName::parse(text)) << text;
}

TEST(RecordedRanges, FilesWithoutAGapAreOne) {
    const auto one = [](const std::string& stream, std::int64_t began, std::int64_t duration) {
        auto file = std::make_shared<RecordedFile>();
        file->key = {"v.com", "live", stream};
        file->beganUnixMs = began;
        file->durationMs = duration;
        file->sizeBytes = 10;
        return file;
    };
    const auto ranges = rangesOf({one("b", 0, 1000), one("a", 20'000, 5000), one("a", 1000, 5000), one("a", 8000, 5000),
                                  one("a", 15'001, 1000)});
    ASSERT_EQ(ranges.size(), 4U);
    EXPECT_EQ(ranges[0].files.size(), 2U) << "2 s are none";
    EXPECT_EQ(ranges[0].fromUnixMs(), 1000);
    EXPECT_EQ(ranges[0].toUnixMs(), 13'000);
    EXPECT_EQ(ranges[0].durationMs(), 10'000);
    EXPECT_EQ(ranges[0].sizeBytes(), 20U);
    EXPECT_EQ(ranges[1].fromUnixMs(), 15'001);
    EXPECT_EQ(ranges[2].fromUnixMs(), 20'000);
    EXPECT_EQ(ranges[3].files.front()->key.stream, "b");
}

TEST(RecordedRanges, FilesThatWereBegunAtOnceAreInTheOrderOfTheirNumbers) {
    std::vector<RecordedFilePtr> files;
    for (const char* path : {"live/show.1-10.flv", "live/show.1.flv", "live/show.1-9.flv", "live/show.1-1.flv"}) {
        auto file = std::make_shared<RecordedFile>();
        file->path = path;
        files.push_back(file);
    }
    std::vector<std::string> paths;
    const std::vector<RecordedRange> ranges = rangesOf(files);
    ASSERT_EQ(ranges.size(), 1U);
    for (const RecordedFilePtr& file : ranges[0].files) paths.push_back(file->path);
    EXPECT_THAT(paths, ElementsAre("live/show.1.flv", "live/show.1-1.flv", "live/show.1-9.flv", "live/show.1-10.flv"));
}

TEST(RecordedRanges, AFileThatHasChangedIsAnother) {
    const std::string id = fileIdOf("/rec/a.flv", 10, 1000);
    EXPECT_EQ(id, fileIdOf("/rec/a.flv", 10, 1000));
    EXPECT_EQ(id.size(), 16U);
    EXPECT_THAT(id, Not(HasSubstr("rec")));
    EXPECT_NE(id, fileIdOf("/rec/b.flv", 10, 1000));
    EXPECT_NE(id, fileIdOf("/rec/a.flv", 11, 1000));
    EXPECT_NE(id, fileIdOf("/rec/a.flv", 10, 1001));
}

} // namespace
} // namespace hookcast::vod
