#include "hls/Segmenter.h"

#include "unit/hls/SegmentedStream.h"
#include "unit/media/TsPackets.h"

#include <gtest/gtest.h>

namespace hookcast::hls {
namespace {

using testing::Each;
using testing::ElementsAre;

using SegmenterTest = SegmentedStream;

TEST_F(SegmenterTest, CutsAtKeyframesAndDurationsAddUpToTheStream) {
    begin();
    play(0, 10'000);
    end();
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 2000, 2000, 2000, 2000));
    EXPECT_THAT(discontinuities(), Each(false));
    EXPECT_EQ(view()->targetDurationMs, 2000);
    EXPECT_EQ(ends_, 1);
    std::uint64_t sequence = 0;
    for (const SegmentPtr& segment : view()->segments) {
        EXPECT_EQ(segment->sequence, sequence);
        EXPECT_EQ(segment->name, "live/one-" + std::to_string(sequence++) + ".ts");
        ASSERT_EQ(segment->parts.size(), 1U);
        EXPECT_EQ(segment->sizeBytes, segment->parts.front().bytes->size());
        EXPECT_TRUE(segment->parts.front().isIndependent);
    }
}

TEST_F(SegmenterTest, ASegmentTakesNoMoreMemoryThanItIsCountedWith) {
    begin();
    play(0, 10'000);
    end();
    for (const SegmentPtr& segment : view()->segments) {
        const base::Bytes& bytes = *segment->parts.front().bytes;
        EXPECT_LE(bytes.capacity(), bytes.size() + bytes.size() / 8);
    }
}

TEST_F(SegmenterTest, EachTsSegmentCanBePlayedByItself) {
    begin();
    play(0, 6000);
    end();
    std::int64_t ms = kPublisherAheadMs;
    for (const SegmentPtr& segment : view()->segments) {
        media::TsPackets packets;
        packets.add(*segment->parts.front().bytes);
        EXPECT_EQ(packets.broken, 0U);
        EXPECT_EQ(packets.gaps, 0U);
        EXPECT_TRUE(packets.beginsWithTables());
        ASSERT_FALSE(packets.pcrs.empty());
        EXPECT_EQ(packets.pcrs.front(), ms * 90);
        ms += segment->durationUs / 1000;
    }
}

TEST_F(SegmenterTest, APublishersReturnIsADiscontinuityAndNumbersGoOn) {
    begin();
    play(0, 4000);
    end();
    soundMs_ = 0;
    begin();
    play(0, 4000);
    end();
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 2000, 2000, 2000));
    EXPECT_THAT(discontinuities(), ElementsAre(false, false, true, false));
    EXPECT_EQ(view()->segments.back()->sequence, 3U);
    EXPECT_EQ(view()->segments.back()->discontinuities, 1U);
}

TEST_F(SegmenterTest, KeyframesThatComeTooRarelyEndASegmentBeforeTheTargetDuration) {
    hls().fragmentMs = 10'000;
    begin();
    play(0, 32'000, 4000);
    EXPECT_THAT(durationsMs(), ElementsAre(8000, 8000, 8000));
    EXPECT_EQ(view()->targetDurationMs, 10'000);
}

TEST_F(SegmenterTest, WithoutKeyframesASegmentEndsAtTheOverflowAndTheTargetIsRaised) {
    begin();
    play(0, 10'000, 60'000);
    EXPECT_THAT(durationsMs(), ElementsAre(4200, 4200));
    EXPECT_EQ(view()->targetDurationMs, 4000);
    EXPECT_FALSE(view()->segments.back()->parts.front().isIndependent);
    EXPECT_EQ(mediaPlaylist(*view(), {}).find("INDEPENDENT-SEGMENTS"), std::string::npos);
}

TEST_F(SegmenterTest, SoundAloneIsCutOnTheDot) {
    publish();
    take(media::metadata(-1, 10));
    take(media::aacConfig());
    for (std::int64_t ms = 0; ms < 20'100; ms += 23) take(media::aacFrame(ms));
    std::int64_t atMs = 0;
    for (const std::int64_t ms : durationsMs()) {
        atMs += ms;
        EXPECT_LT(atMs % 2000, 23);
    }
    EXPECT_EQ(durationsMs().size(), 10U);
    EXPECT_EQ(view()->targetDurationMs, 2000);
}

TEST_F(SegmenterTest, AJumpOfThePublishersTimeIsADiscontinuity) {
    begin();
    play(0, 4000);
    const auto ahead = [this](media::Frame frame, std::int64_t byMs) {
        frame.publisherMs = frame.dtsMs + byMs;
        const auto given = std::make_shared<const media::Frame>(std::move(frame));
        runner_.run([&] { segmenter_->onFrame(given); });
    };
    for (std::int64_t ms = 4000; ms < 8040; ms += 40) {
        ahead(media::videoFrame(codec_, ms, ms % 1000 == 0), 3'600'000);
        ahead(media::aacFrame(ms), 3'600'000);
    }
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 2000, 2000, 2000));
    EXPECT_THAT(discontinuities(), ElementsAre(false, false, true, false));
}

TEST_F(SegmenterTest, AnotherPictureConfigurationIsADiscontinuity) {
    begin();
    play(0, 3000);
    codec_ = media::Codec::Hevc;
    take(media::videoConfig(codec_));
    play(3000, 5040);
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 1000, 2000));
    EXPECT_THAT(discontinuities(), ElementsAre(false, false, true));
}

TEST_F(SegmenterTest, ATrackThatComesLaterIsADiscontinuity) {
    begin(false);
    play(0, 3000, 1000, false);
    soundMs_ = 3000;
    take(media::aacConfig());
    play(3000, 7040);
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 2000, 2000));
    EXPECT_THAT(discontinuities(), ElementsAre(false, false, true));
}

TEST_F(SegmenterTest, AKindIsLeftOut) {
    hls().takesVideo = false;
    begin();
    play(0, 4100);
    EXPECT_EQ(durationsMs().size(), 2U);
    media::TsPackets packets;
    packets.add(*view()->segments.back()->parts.front().bytes);
    EXPECT_EQ(packets.streamTypes, std::set{0x0F});
}

TEST_F(SegmenterTest, APlaylistSaysWhatTheWindowHas) {
    begin();
    play(0, 4040);
    PlaylistTerms terms;
    terms.query = "hls_ctx=abc";
    terms.folder = "live/";
    EXPECT_EQ(mediaPlaylist(*view(), terms), "#EXTM3U\n"
                                             "#EXT-X-VERSION:3\n"
                                             "#EXT-X-TARGETDURATION:2\n"
                                             "#EXT-X-MEDIA-SEQUENCE:0\n"
                                             "#EXT-X-INDEPENDENT-SEGMENTS\n"
                                             "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:30:00.000Z\n"
                                             "#EXTINF:2.000000,\n"
                                             "one-0.ts?hls_ctx=abc\n"
                                             "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:30:02.000Z\n"
                                             "#EXTINF:2.000000,\n"
                                             "one-1.ts?hls_ctx=abc\n");
}

TEST_F(SegmenterTest, WhatTheContainerCannotHoldDisconnectsWhereThatIsWanted) {
    hls().onError = config::HlsConfig::OnError::Disconnect;
    publish();
    take(media::metadata(-1, 0));
    const base::Bytes payload(100, 1);
    for (std::int64_t ms = 0; ms < 2000; ms += 20) take(media::audioFrame(media::Codec::G711A, ms, payload, 8000));
    EXPECT_THAT(disconnected_, testing::HasSubstr("G711A, which MPEG-TS does not carry"));
    EXPECT_TRUE(view()->segments.empty());
}

} // namespace
} // namespace hookcast::hls
