#include "outputs/Recording.h"

#include "media/FlvBody.h"
#include "unit/support/FakeClock.h"
#include "unit/support/RecordedFrames.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::outputs {
namespace {

using media::Codec;
using media::FrameKind;
using media::FrameRole;

using support::audio;
using support::frame;
using support::metadata;
using support::Tag;
using support::tagsOf;
using support::video;
using support::videoConfig;

class RecordingTest : public testing::Test {
  protected:
    RecordingTest() {
        config_.enabled = true;
        config_.path = folder_.file("[stream].flv");
    }

    Recording& recording() {
        if (!recording_) {
            Recording::Surroundings surroundings{clock_,
                                                 [this](const Recording::FilePtr& file, const RecordedFile& about) {
                                                     files_.push_back(about);
                                                     if (!about.isThere) {
                                                         if (file != nullptr) file->discard();
                                                         return;
                                                     }
                                                     EXPECT_FALSE(file->finish());
                                                     files_.back().path = file->path();
                                                 },
                                                 [this](const DiskError& error) { troubles_.push_back(error.text); },
                                                 [this] { ++recoveries_; }, [](const std::string&) {}};
            recording_ = std::make_unique<Recording>(config_, hooks::StreamKey{"v", "live", "show"}, surroundings);
        }
        return *recording_;
    }

    /// So many frames from `dtsMs` on, 40 ms apart, with a keyframe each second of the stream.
    void pictures(std::int64_t dtsMs, int count) {
        for (int i = 0; i < count; ++i) {
            recording().take(video(dtsMs + 40L * i, (dtsMs + 40L * i) % 1000 == 0));
            recording().flush();
        }
    }

    std::vector<std::uint32_t> timesOf(std::size_t file, int type) const {
        std::vector<std::uint32_t> times;
        for (const Tag& tag : tagsOf(files_.at(file).path))
            if (tag.type == type) times.push_back(tag.timeMs);
        return times;
    }

    support::TempDir folder_;
    support::FakeClock clock_;
    config::DvrConfig config_;
    std::unique_ptr<Recording> recording_;
    std::vector<RecordedFile> files_;
    std::vector<std::string> troubles_;
    int recoveries_ = 0;
};

constexpr int kVideoTag = 9;
constexpr int kAudioTag = 8;

TEST_F(RecordingTest, ASessionIsOneFileThatBeginsAtZero) {
    recording().take(videoConfig());
    pictures(7000, 60);
    recording().end();
    ASSERT_EQ(files_.size(), 1U);
    EXPECT_EQ(files_[0].path, folder_.file("show.flv"));
    const auto times = timesOf(0, kVideoTag);
    ASSERT_EQ(times.size(), 61U) << "the configuration and every picture";
    EXPECT_EQ(times[1], 0U);
    EXPECT_EQ(times.back(), 59U * 40);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("show.flv.tmp")));
}

TEST_F(RecordingTest, SegmentsBeginWithKeyframesAndLoseNothing) {
    config_.plan = config::DvrConfig::Plan::Segment;
    config_.durationMs = 1500;
    recording().take(videoConfig());
    pictures(0, 125);
    recording().end();
    ASSERT_EQ(files_.size(), 3U) << "0 to 2 s, 2 to 4 s, the rest";
    std::size_t all = 0;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const auto times = timesOf(i, kVideoTag);
        all += times.size() - 1;
        EXPECT_EQ(times[1], 0U);
    }
    EXPECT_EQ(all, 125U);
    EXPECT_EQ(files_[1].path, folder_.file("show-1.flv")) << "nothing is overwritten";
}

TEST_F(RecordingTest, SegmentsThatWaitForNoKeyframeAreOnTime) {
    config_.plan = config::DvrConfig::Plan::Segment;
    config_.durationMs = 1200;
    config_.waitKeyframe = false;
    recording().take(videoConfig());
    pictures(0, 60);
    recording().end();
    ASSERT_EQ(files_.size(), 2U);
    EXPECT_EQ(timesOf(0, kVideoTag).size(), 31U);
}

TEST_F(RecordingTest, SoundAloneIsCutByTime) {
    config_.plan = config::DvrConfig::Plan::Segment;
    config_.durationMs = 1000;
    recording().take(metadata(Codec::None, Codec::Mp3));
    for (std::int64_t ms = 0; ms < 2500; ms += 25) recording().take(audio(ms));
    recording().end();
    ASSERT_EQ(files_.size(), 3U);
    EXPECT_EQ(timesOf(0, kAudioTag).size(), 40U);
    EXPECT_EQ(timesOf(2, kAudioTag).front(), 0U);
}

TEST_F(RecordingTest, PicturesBeforeTheFirstKeyframeAreLeftOutAndSoundIsNot) {
    recording().take(metadata(Codec::Avc, Codec::Mp3));
    recording().take(videoConfig());
    recording().take(audio(100));
    recording().take(video(110, false));
    recording().take(video(150, true));
    recording().end();
    EXPECT_EQ(timesOf(0, kVideoTag), (std::vector<std::uint32_t>{0, 50}));
    EXPECT_EQ(timesOf(0, kAudioTag), (std::vector<std::uint32_t>{0}));
}

TEST_F(RecordingTest, WaitsForATrackThatIsAnnouncedButNotForLong) {
    recording().take(metadata(Codec::Avc, Codec::Mp3));
    recording().take(videoConfig());
    recording().take(video(0, true));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("show.flv.tmp")));
    recording().take(video(Recording::kTrackWaitMs, false));
    EXPECT_TRUE(std::filesystem::exists(folder_.file("show.flv.tmp")));
    recording().end();
    EXPECT_EQ(timesOf(0, kVideoTag).size(), 3U);
}

TEST_F(RecordingTest, AnFlvFilePromisesNoTrackThatNeverComes) {
    const auto flags = [this] {
        std::ifstream in(files_.back().path, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), {});
        return std::pair(int{bytes.at(4)}, bytes.find("audiocodecid") != std::string::npos);
    };
    const auto configOfSound = frame(FrameKind::Audio, FrameRole::CodecConfig, 0, {0xAF, 0, 0x12, 0x10});
    recording().take(metadata(Codec::Avc, Codec::Aac));
    recording().take(videoConfig());
    recording().take(configOfSound);
    pictures(0, 60);
    recording().end();
    EXPECT_EQ(flags(), std::pair(1, false));
    EXPECT_TRUE(timesOf(0, kAudioTag).empty()) << "no configuration of a sound that is not there";

    recording_.reset();
    recording().take(metadata(Codec::Avc, Codec::Aac));
    recording().take(videoConfig());
    recording().take(configOfSound);
    pictures(0, 60);
    recording().take(audio(2400)); // late, and there all the same
    recording().take(audio(2425));
    recording().end();
    EXPECT_EQ(flags(), std::pair(5, false));
    EXPECT_EQ(timesOf(1, kAudioTag), (std::vector<std::uint32_t>{2400, 2400, 2425})) << "its configuration, first";

    recording_.reset();
    recording().take(metadata(Codec::Avc, Codec::Mp3));
    recording().take(videoConfig());
    recording().take(video(0, true));
    recording().take(audio(10));
    recording().end();
    EXPECT_EQ(flags(), std::pair(5, true));

    recording_.reset();
    recording().take(metadata(Codec::Avc, Codec::Mp3));
    recording().take(videoConfig());
    for (std::int64_t ms = 0; ms < 2000; ms += 25) recording().take(audio(ms));
    recording().end();
    EXPECT_EQ(flags(), std::pair(4, true));
}

TEST_F(RecordingTest, TimesThatGoBackStandStillUnlessJitterIsWanted) {
    for (const auto jitter : {config::TimeJitter::Full, config::TimeJitter::Zero, config::TimeJitter::Off}) {
        config_.timeJitter = jitter;
        recording_.reset();
        files_.clear();
        recording().take(metadata(Codec::None, Codec::Mp3));
        for (const std::int64_t ms : {1000, 1030, 1010}) recording().take(audio(ms));
        recording().end();
        const std::vector<std::uint32_t> expected =
            jitter == config::TimeJitter::Full   ? std::vector<std::uint32_t>{0, 30, 30}
            : jitter == config::TimeJitter::Zero ? std::vector<std::uint32_t>{0, 30, 10}
                                                 : std::vector<std::uint32_t>{8000, 8030, 8010};
        EXPECT_EQ(timesOf(0, kAudioTag), expected);
    }
}

TEST_F(RecordingTest, ATrackThatLiesFarBehindGoesOn) {
    for (const auto jitter : {config::TimeJitter::Full, config::TimeJitter::Zero}) {
        config_.timeJitter = jitter;
        recording_.reset();
        files_.clear();
        recording().take(metadata(Codec::Avc, Codec::Mp3));
        recording().take(videoConfig());
        recording().take(video(5000, true));
        for (const std::int64_t ms : {0, 30, 60, 5090, 2000, 2030}) recording().take(audio(ms));
        recording().end();
        const std::vector<std::uint32_t> expected = jitter == config::TimeJitter::Full
                                                        ? std::vector<std::uint32_t>{0, 30, 60, 5090, 5090, 5120}
                                                        : std::vector<std::uint32_t>{0, 30, 60, 5090, 2000, 2030};
        EXPECT_EQ(timesOf(0, kAudioTag), expected);
    }
}

TEST_F(RecordingTest, AnUnwritablePathIsToldOnceAndTriedAgainLaterAndLater) {
    const std::string place = folder_.file("place");
    std::ofstream(place) << "a file where the folder should be";
    config_.path = place + "/[stream].flv";
    recording().take(metadata(Codec::Avc, Codec::None));
    recording().take(videoConfig());
    pictures(0, 25);
    EXPECT_EQ(troubles_.size(), 1U);
    ASSERT_EQ(files_.size(), 1U);
    EXPECT_FALSE(files_[0].isThere);
    EXPECT_NE(files_[0].error.number, 0);

    clock_.advanceMs(Recording::kFirstPauseMs);
    pictures(1000, 25);
    clock_.advanceMs(Recording::kFirstPauseMs);
    pictures(2000, 25);
    EXPECT_EQ(files_.size(), 2U) << "the second pause is longer";

    std::filesystem::remove(place);
    clock_.advanceMs(Recording::kFirstPauseMs);
    pictures(3040, 50);
    recording().end();
    EXPECT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(recoveries_, 1);
    ASSERT_EQ(files_.size(), 3U);
    EXPECT_TRUE(files_[2].isThere);
    EXPECT_EQ(timesOf(2, kVideoTag).size(), 1U + 26) << "from the keyframe at 4000 on";
}

TEST_F(RecordingTest, AChangedConfigurationStaysInAnFlvFile) {
    recording().take(videoConfig(1));
    pictures(0, 25);
    recording().take(videoConfig(2));
    pictures(1000, 25);
    recording().end();
    ASSERT_EQ(files_.size(), 1U);
    EXPECT_EQ(timesOf(0, kVideoTag).size(), 52U);
}

TEST_F(RecordingTest, NothingPublishedIsNothingRecorded) {
    recording().take(metadata(Codec::Avc, Codec::Mp3));
    recording().take(videoConfig());
    recording().end();
    EXPECT_TRUE(files_.empty());
    EXPECT_TRUE(troubles_.empty());
}

} // namespace
} // namespace hookcast::outputs
