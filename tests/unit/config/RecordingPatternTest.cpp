#include "config/RecordingPattern.h"

#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

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
