#include "files/RecordedFiles.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::files {
namespace {

void addVhost(config::Config& config, const std::string& name, const std::string& dvrPath, bool enabled = true) {
    auto vhost = std::make_shared<config::VhostConfig>();
    vhost->name = name;
    vhost->enabled = enabled;
    if (!dvrPath.empty()) vhost->dvr.path = dvrPath;
    config.vhosts.push_back(vhost);
}

/// `VHOST/APP/STREAM` of a file; why nobody gets it; or `public`.
std::string claimOn(const RecordedFiles& files, const std::string& path) {
    const auto claim = files.find(path);
    if (!claim) return "public";
    if (!claim->refusal.empty()) return claim->refusal;
    return claim->vhost->name + "/" + claim->stream.app + "/" + claim->stream.name;
}

TEST(RecordedFiles, AreThoseOfTheVhostWhosePathItIs) {
    config::Config config;
    addVhost(config, "a.com", "/rec/a/[app]/[stream].[timestamp].flv");
    addVhost(config, "b.com", "/rec/[vhost]/[app]/[stream].mp4");
    const RecordedFiles files(config, nullptr);
    EXPECT_EQ(claimOn(files, "/rec/a/live/cam.5000.flv"), "a.com/live/cam");
    EXPECT_EQ(claimOn(files, "/rec/b.com/live/cam.mp4"), "b.com/live/cam");
    EXPECT_EQ(claimOn(files, "/rec/c.com/live/cam.mp4"), "public");
    EXPECT_TRUE(files.mayBeCalled("x.flv"));
    EXPECT_FALSE(files.mayBeCalled("x.txt"));
}

TEST(RecordedFiles, AreThereWhereABackendMayHaveAStreamRecorded) {
    config::VhostConfig vhost;
    vhost.hooks.enabled = true;
    vhost.hooks.onPublish = {"http://a/"};
    EXPECT_FALSE(vhost.mayHaveRecordings());
    vhost.hooks.answerData = true;
    EXPECT_TRUE(vhost.mayHaveRecordings());
}

TEST(RecordedFiles, AreThoseOfHls) {
    const auto vhostWith = [](const std::string& path, const std::string& keys) {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = "a.com";
        vhost->hls.path = path;
        vhost->hls.keyFilePath = keys;
        return vhost;
    };
    config::Config first;
    first.vhosts = {vhostWith("/hls", "/keys")};
    const RecordedFiles before(first, nullptr);
    for (const char* name : {"/hls/live/cam.m3u8", "/hls/live/cam-12.ts", "/hls/live/cam-12.m4s",
                             "/hls/live/cam/init.mp4", "/keys/live/cam-5.key"}) {
        EXPECT_EQ(claimOn(before, name), "a.com/live/cam") << name;
        EXPECT_TRUE(before.mayBeCalled(name)) << name;
    }
    EXPECT_EQ(claimOn(before, "/hls/live/cam/init-3.mp4"), "a.com/live/cam");
    EXPECT_EQ(claimOn(before, "/hls/live/cam.jpg"), "public");
    EXPECT_EQ(claimOn(before, "/hls/live/cam-12.key"), "public") << "keys are elsewhere";
    config::Config second;
    second.vhosts = {vhostWith("", "")};
    const RecordedFiles after(second, &before);
    EXPECT_EQ(claimOn(after, "/hls/live/cam-12.ts"), "a.com/live/cam") << "what was written before is still there";
}

TEST(RecordedFiles, NobodyGetsThatOfOneOfTwoVhosts) {
    config::Config config;
    addVhost(config, "a.com", "/rec/[app]/[stream].flv");
    addVhost(config, "b.com", "/rec/[app]/[stream].flv");
    EXPECT_EQ(claimOn(RecordedFiles(config, nullptr), "/rec/live/cam.flv"),
              "a recording, and more than one dvr_path could have made it");
}

TEST(RecordedFiles, NobodyGetsThatOfAVhostThatIsOff) {
    config::Config config;
    addVhost(config, "a.com", "/rec/[app]/[stream].flv", false);
    EXPECT_EQ(claimOn(RecordedFiles(config, nullptr), "/rec/live/cam.flv"),
              "a recording of 'a.com', which is not served any more");
}

TEST(RecordedFiles, StayRecordingsWhenTheConfigurationChanges) {
    config::Config first;
    addVhost(first, "a.com", "/rec/[app]/[stream].flv");
    addVhost(first, "b.com", "/b/[app]/[stream].flv");
    config::Config second;
    addVhost(second, "a.com", "/new/[app]/[stream].flv");
    const RecordedFiles before(first, nullptr);
    const RecordedFiles after(second, &before);
    EXPECT_EQ(claimOn(after, "/new/live/cam.flv"), "a.com/live/cam");
    EXPECT_EQ(claimOn(after, "/rec/live/cam.flv"), "a.com/live/cam");
    EXPECT_EQ(claimOn(after, "/b/live/cam.flv"), "a recording of 'b.com', which is not served any more");
    EXPECT_EQ(claimOn(RecordedFiles(first, &after), "/b/live/cam.flv"), "b.com/live/cam") << "it is back";
}

TEST(RecordedFiles, AreNoneWhereNothingRecordsAndNothingSaysWhereTo) {
    config::Config config;
    addVhost(config, "a.com", "");
    EXPECT_TRUE(RecordedFiles(config, nullptr).empty());
}

} // namespace
} // namespace hookcast::files
