#include "config/RecordingPattern.h"

#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>

namespace hookcast::config {
namespace {

namespace fs = std::filesystem;

/// `app STREAM` of a file below a folder; `unknown` for a recording of nobody knows what, `none` for no recording.
std::string read(const std::string& pattern, const std::string& path) {
    const auto match = RecordingPattern(pattern, "v.com").match(path);
    if (!match) return "none";
    return match->stream ? match->stream->app + " " + match->stream->name : "unknown";
}

/// The same of a file of HLS.
std::string readHls(const std::string& pattern, const std::string& path) {
    const auto match = RecordingPattern::ofFile(pattern, "v.com").match(path);
    if (!match) return "none";
    return match->stream ? match->stream->app + " " + match->stream->name : "unknown";
}

TEST(RecordingPattern, TellsWhoseFileOfHlsItIs) {
    EXPECT_EQ(readHls("/hls/[app]/[stream].m3u8", "/hls/live/deep/one.m3u8"), "live/deep one");
    EXPECT_EQ(readHls("/hls/[app]/[stream]-[seq].ts", "/hls/live/one-2-15.ts"), "live one-2");
    EXPECT_EQ(readHls("/hls/[app]/[stream]-[seq].ts", "/hls/live/one.ts"), "none");
    EXPECT_EQ(readHls("/hls/[app]/[stream]-[seq]-[duration].m4s", "/hls/live/one-2-2000.m4s"), "live one");
    EXPECT_EQ(readHls("/hls/[app]/[stream]/init.mp4", "/hls/live/one/init.mp4"), "live one");
    EXPECT_EQ(readHls("/hls/[app]/[stream]/init.mp4", "/hls/live/one/init-1.mp4"), "none") << "another pattern's";
    EXPECT_EQ(readHls("/hls/[stream]-[seq].ts", "/hls/one-2.ts"), "unknown");
    EXPECT_EQ(readHls("/hls/[vhost]/[app]/[stream]-[2006][01].ts", "/hls/v.com/live/one-202401.ts"), "live one");
    EXPECT_EQ(read("/rec/[app]/[stream]-[seq].flv", "/rec/live/one-15.flv"), "none") << "no variable of recordings";
}

TEST(RecordingPattern, TellsWhoWasRecorded) {
    constexpr const char* kPattern = "/rec/[app]/[stream].[timestamp].flv";
    EXPECT_EQ(read(kPattern, "/rec/live/cam.1700000000000.flv"), "live cam");
    EXPECT_EQ(read(kPattern, "/rec/live/cam.1700000000000-12.flv"), "live cam") << "the name was taken";
    EXPECT_EQ(read(kPattern, "/rec/live/cam.1.2.5000.flv"), "live cam.1.2");
    EXPECT_EQ(read(kPattern, "/rec/live/[timestamp].1.flv"), "live [timestamp]");
    EXPECT_EQ(read(kPattern, "/rec/live/cam.flv"), "none");
    EXPECT_EQ(read(kPattern, "/rec/live/cam.x.flv"), "none");
    EXPECT_EQ(read(kPattern, "/rec/live/cam.1.mp4"), "none");
    EXPECT_EQ(read(kPattern, "/rec/cam.1.flv"), "none");
    EXPECT_EQ(read(kPattern, "/recorded/live/cam.1.flv"), "none");
}

TEST(RecordingPattern, TheAppIsWhatStandsBeforeTheLastSlash) {
    EXPECT_EQ(read("/rec/[app]/[stream].flv", "/rec/live/room/cam.flv"), "live/room cam");
    EXPECT_EQ(read("/rec/[app]-[stream].flv", "/rec/live-room/cam.flv"), "live/room cam");
}

TEST(RecordingPattern, KnowsTheVhostAndTheTime) {
    constexpr const char* kPattern = "/rec/[vhost]/[2006]/[01]-[02]/[15].[04].[05].[999]/[app]/[stream].mp4";
    EXPECT_EQ(read(kPattern, "/rec/v.com/2026/03-04/05.06.07.089/live/cam.mp4"), "live cam");
    EXPECT_EQ(read(kPattern, "/rec/w.com/2026/03-04/05.06.07.089/live/cam.mp4"), "none");
    EXPECT_EQ(read(kPattern, "/rec/v.com/2026/3-04/05.06.07.089/live/cam.mp4"), "none");
}

/// When a recording was begun; -1: the path does not tell.
std::int64_t beganAt(const std::string& pattern, const std::string& path, base::TimeZone zone = base::TimeZone::Utc) {
    const auto match = RecordingPattern(pattern, "v.com", zone).match(path);
    return match && match->beganUnixMs ? *match->beganUnixMs : -1;
}

TEST(RecordingPattern, TellsWhenARecordingWasBegun) {
    EXPECT_EQ(beganAt("/rec/[app]/[stream].[timestamp].flv", "/rec/live/cam.1700000000123.flv"), 1'700'000'000'123);
    EXPECT_EQ(beganAt("/rec/[app]/[stream].[timestamp].flv", "/rec/live/cam.1700000000123-2.flv"), 1'700'000'000'123);
    constexpr const char* kDate = "/rec/[app]/[stream]/[2006]-[01]-[02]T[15].[04].[05].[999].mp4";
    EXPECT_EQ(beganAt(kDate, "/rec/live/cam/2023-11-14T22.13.20.123.mp4"), 1'700'000'000'123);
    EXPECT_EQ(beganAt("/rec/[app]/[stream]/[2006][01][02][15][04][05].mp4", "/rec/live/cam/20231114221320.mp4"),
              1'700'000'000'000);
    EXPECT_EQ(beganAt("/rec/[app]/[stream]/[2006]/[01]-[02].mp4", "/rec/live/cam/2023/11-14.mp4"), -1)
        << "the day only";
    EXPECT_EQ(beganAt("/rec/[app]/[stream].flv", "/rec/live/cam.flv"), -1);
    EXPECT_EQ(beganAt("/rec/[stream].[timestamp].flv", "/rec/cam.1700000000123.flv"), -1) << "of nobody knows what";
}

TEST(RecordingPattern, TimesOfAPathAreLocalOrUtc) {
    constexpr const char* kDate = "/rec/[app]/[stream]/[2006]-[01]-[02]T[15].[04].[05].mp4";
    const std::int64_t unixS = 1'700'000'000;
    const std::tm local = base::calendarOf(unixS, base::TimeZone::Local);
    char path[64] = {};
    std::strftime(path, sizeof(path), "/rec/live/cam/%Y-%m-%dT%H.%M.%S.mp4", &local);
    EXPECT_EQ(beganAt(kDate, path, base::TimeZone::Local), unixS * 1000);
}

TEST(RecordingPattern, WhatIsNamedTwiceIsTheSame) {
    EXPECT_EQ(read("/rec/[app]/[stream]/[stream].flv", "/rec/live/cam/cam.flv"), "live cam");
    EXPECT_EQ(read("/rec/[app]/[stream]/[stream].flv", "/rec/live/cam/dog.flv"), "none");
}

TEST(RecordingPattern, AFolderGetsAFileName) {
    EXPECT_EQ(read("/rec/[app]/", "/rec/live/cam.5000.flv"), "live cam");
    EXPECT_EQ(read("/rec/[app]", "/rec/live/cam.5000.flv"), "live cam");
}

TEST(RecordingPattern, SaysWhenItCannotTell) {
    EXPECT_EQ(read("/rec/[stream].flv", "/rec/cam.flv"), "unknown");
    EXPECT_EQ(read("/rec", "/rec/cam.5000.flv"), "unknown");
    EXPECT_EQ(read("/rec/all.flv", "/rec/all-2.flv"), "unknown");
    EXPECT_EQ(read("/rec/[app]/[stream].flv", "/rec/live/cam-1.flv"), "unknown") << "cam's second, or one of cam-1";
    EXPECT_EQ(read("/rec/[app]-[stream].flv", "/rec/a-b-c.flv"), "unknown");
    EXPECT_EQ(read("/rec/[app]-[stream]-[timestamp].flv", "/rec/a-b-1700000000000.flv"), "a b");
    EXPECT_FALSE(RecordingPattern("/rec/[stream].flv", "v").namesStreams());
    EXPECT_TRUE(RecordingPattern("/rec/[app]/[stream].flv", "v").namesStreams());
}

TEST(RecordingPattern, FollowsLinksInTheFolder) {
    const support::TempDir folder;
    fs::create_directories(folder.file("disk/live"));
    fs::create_directory_symlink(folder.file("disk"), folder.file("link"));
    const std::string real = fs::canonical(folder.file("disk")).string();
    EXPECT_EQ(read(folder.file("link/[app]/[stream].flv"), real + "/live/cam.flv"), "live cam");
    EXPECT_EQ(read(folder.file("./link//[app]/[stream].flv"), real + "/live/cam.flv"), "live cam");
}

TEST(RecordingPattern, IsRelativeToTheWorkingFolder) {
    const std::string here = fs::canonical(fs::current_path()).string();
    EXPECT_EQ(read("./objs/[app]/[stream].flv", here + "/objs/live/cam.flv"), "live cam");
    EXPECT_EQ(read("[app]/[stream].flv", here + "/live/cam.flv"), "live cam");
}

TEST(RecordingPattern, AHostilePathCostsLittle) {
    std::string path = "/rec/";
    while (path.size() < 4000) path += "1/";
    EXPECT_EQ(read("/rec/[app]/[stream].[timestamp].flv", path + "1.1.mp4"), "none");
    EXPECT_NE(read("/rec/[app]/[stream].[timestamp].flv", path + "1.1.flv"), "none");
    EXPECT_EQ(read("/rec/x[app]/[stream].[timestamp].flv", path + "1.1.flv"), "none");
}

} // namespace
} // namespace hookcast::config
