#include "hls/Segmenter.h"

#include "unit/hls/SegmentedStream.h"
#include "unit/media/Mp4Packets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hookcast::hls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Fmp4Test : public SegmentedStream {
  protected:
    Fmp4Test() { hls().usesFmp4 = true; }

    /// All segments of one header, as a player puts them together.
    base::Bytes file() const {
        base::Bytes bytes = *view()->segments.front()->init->bytes;
        for (const SegmentPtr& segment : view()->segments)
            for (const Part& part : segment->parts) bytes.insert(bytes.end(), part.bytes->begin(), part.bytes->end());
        return bytes;
    }
};

TEST_F(Fmp4Test, EveryFrameIsInTheSegmentsWithItsTimeAndBytes) {
    begin();
    play(0, 10'000);
    end();
    EXPECT_THAT(durationsMs(), ElementsAre(2000, 2000, 2000, 2000, 2000));
    const media::ReadFile read = media::readMp4(file());
    ASSERT_EQ(read.error, 0);
    const auto pictures = read.of(0);
    ASSERT_EQ(pictures.size(), 250U);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const auto ms = static_cast<std::int64_t>(i) * 40;
        EXPECT_EQ(pictures[i].dts, (ms + kPublisherAheadMs) * 90);
        EXPECT_EQ(pictures[i].isKey, ms % 1000 == 0);
        EXPECT_EQ(pictures[i].bytes.size(), 404U);
    }
    const auto sounds = read.of(1);
    ASSERT_EQ(sounds.size(), 500U);
    EXPECT_EQ(view()->codecs, "avc1.64000c,mp4a.40.2");
    EXPECT_EQ(view()->width, 320U);
}

TEST_F(Fmp4Test, SoundHasNoGapsThoughItsTimesAreRounded) {
    publish();
    take(media::metadata(-1, 10));
    take(media::aacConfig());
    for (int i = 0; i < 1000; ++i) take(media::aacFrame(i * 1024 * 1000 / 44100));
    end();
    const media::ReadFile read = media::readMp4(file());
    ASSERT_EQ(read.packets.size(), 1000U);
    for (std::size_t i = 1; i < read.packets.size(); ++i)
        EXPECT_EQ(read.packets[i].dts - read.packets[i - 1].dts, 1024) << i;
}

TEST_F(Fmp4Test, AnotherConfigurationHasAHeaderOfItsOwn) {
    begin();
    play(0, 2000);
    codec_ = media::Codec::Hevc;
    take(media::videoConfig(codec_));
    play(2000, 4000);
    end();
    ASSERT_EQ(view()->segments.size(), 2U);
    EXPECT_NE(view()->segments[0]->init->name, view()->segments[1]->init->name);
    const std::string text = mediaPlaylist(*view(), {});
    EXPECT_THAT(text, HasSubstr("#EXT-X-MAP:URI=\"live/one/init.mp4\"\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"live/one/init-1.mp4\"\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-VERSION:6\n"));
}

TEST_F(Fmp4Test, APublisherWhoReturnsWithTheSameCodecsHasTheSameHeader) {
    begin();
    play(0, 2000);
    end();
    soundMs_ = 0;
    begin();
    play(0, 2000);
    end();
    EXPECT_EQ(view()->segments[0]->init, view()->segments[1]->init);
}

class PartsTest : public Fmp4Test {
  protected:
    PartsTest() { hls().lowLatency = true; }

    std::vector<std::int64_t> partsMs(const Segment& segment) const {
        std::vector<std::int64_t> all;
        for (const Part& part : segment.parts) all.push_back(part.durationUs / 1000);
        return all;
    }

    /// Apple's rules for the parts of all complete segments.
    void expectRulesHold() const {
        for (const SegmentPtr& segment : view()->segments) {
            std::int64_t sumUs = 0;
            for (std::size_t i = 0; i < segment->parts.size(); ++i) {
                const std::int64_t us = segment->parts[i].durationUs;
                sumUs += us;
                EXPECT_LE(us, view()->partTargetMs * 1000);
                const bool mayBeShort = i + 1 == segment->parts.size() || segment->parts[i + 1].isIndependent;
                EXPECT_TRUE(mayBeShort || us * 100 >= view()->partTargetMs * 1000 * 85) << us;
            }
            EXPECT_EQ(sumUs, segment->durationUs);
        }
    }
};

TEST_F(PartsTest, ASegmentIsPartsOfWholeFrames) {
    begin();
    play(0, 8040, 2000);
    ASSERT_GE(view()->segments.size(), 3U);
    for (const SegmentPtr& segment : view()->segments)
        EXPECT_THAT(partsMs(*segment), ElementsAre(200, 200, 200, 200, 200, 200, 200, 200, 200, 200));
    EXPECT_EQ(view()->partTargetMs, 202);
    ASSERT_NE(view()->open, nullptr);
    expectRulesHold();
}

/// Every playlist that there could ever have been.
class Playlists final : public WindowListener {
  public:
    void onChange(const WindowViewPtr& view) override {
        PlaylistTerms terms;
        terms.partMs = 200;
        texts.push_back(mediaPlaylist(*view, terms));
    }

    std::vector<std::string> texts;
};

TEST_F(PartsTest, APlaylistWithPartsAlwaysSaysWhatComesNext) {
    publish();
    const auto playlists = std::make_shared<Playlists>();
    stream_->window().addListener(playlists);
    take(media::videoConfig(codec_));
    play(0, 6000, 2000, false);
    codec_ = media::Codec::Hevc;
    take(media::videoConfig(codec_));
    play(6000, 10'000, 2000, false);
    std::size_t withParts = 0;
    for (const std::string& text : playlists->texts) {
        if (text.find("#EXT-X-PART:") == std::string::npos) continue;
        ++withParts;
        const std::size_t lastLine = text.rfind('\n', text.size() - 2) + 1;
        EXPECT_THAT(text.substr(lastLine), testing::StartsWith("#EXT-X-PRELOAD-HINT:TYPE=PART,")) << text;
    }
    EXPECT_GE(withParts, 48U);
    EXPECT_THAT(playlists->texts.back(), HasSubstr("#EXT-X-DISCONTINUITY"));
}

TEST_F(PartsTest, RulesHoldAtAnyRate) {
    for (const double fps : {8.0, 10.0, 12.0, 15.0, 24000.0 / 1001, 24.0, 29.97, 30.0, 50.0, 60.0}) {
        stream_ = nullptr;
        publish();
        take(media::metadata(7, -1));
        take(media::videoConfig(codec_));
        for (int i = 0; i < static_cast<int>(fps * 10); ++i)
            take(media::videoFrame(codec_, static_cast<std::int64_t>(i * 1000 / fps),
                                   i % static_cast<int>(2 * fps) == 0));
        SCOPED_TRACE(fps);
        EXPECT_GE(view()->segments.size(), 4U);
        expectRulesHold();
        PlaylistTerms terms;
        terms.partMs = 200;
        EXPECT_THAT(mediaPlaylist(*view(), terms),
                    HasSubstr(fmt::format("PART-TARGET={:.3f}", static_cast<double>(view()->partTargetMs) / 1000)))
            << "by which parts are judged";
        end();
    }
}

TEST_F(PartsTest, RulesHoldWherePicturesAreFurtherApartThanAPart) {
    publish();
    take(media::videoConfig(codec_));
    take(media::aacConfig());
    std::int64_t soundMs = 0;
    for (std::int64_t ms = 0; ms < 20'000; ms += 1000) {
        for (; soundMs < ms + 60; soundMs += 20) take(media::aacFrame(soundMs)); // a little ahead
        take(media::videoFrame(codec_, ms, ms % 2000 == 0));
        for (; soundMs < ms + 1000; soundMs += 20) take(media::aacFrame(soundMs));
    }
    EXPECT_GE(view()->segments.size(), 4U);
    EXPECT_EQ(view()->partTargetMs, 1002);
    expectRulesHold();
}

TEST_F(PartsTest, APictureThatCanBeReadIsTheKeyframeAndNotTheNewest) {
    publish();
    const auto take = [this](media::BodyPart part, bool isKeyframe, std::int64_t ms, const base::Bytes& payload) {
        SegmentedStream::take(media::frameOf(media::FrameKind::Video, ms,
                                             media::writeVideoBody({media::Codec::Vp9, part, isKeyframe, 0, payload})));
    };
    take(media::BodyPart::Config, true, 0, {0, 11, 0x82, 2, 2, 2, 0, 0});
    const base::Bytes keyframe = {0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xF0, 0x0B, 0x30, 0x00};
    for (std::int64_t ms = 0; ms < 4000; ms += 40)
        take(media::BodyPart::Frame, ms % 2000 == 0, ms, ms % 2000 == 0 ? keyframe : base::Bytes{0x86, 0, 1});
    ASSERT_EQ(view()->segments.size(), 1U);
    EXPECT_EQ(view()->codecs, "vp09.00.11.08");
}

TEST_F(PartsTest, APlaylistHasPartsAndTellsOfTheNext) {
    begin();
    play(0, 4640, 2000);
    PlaylistTerms terms;
    terms.partMs = 200;
    terms.query = "t=1";
    terms.folder = "live/";
    const std::string text = mediaPlaylist(*view(), terms);
    EXPECT_THAT(text, HasSubstr("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000,"
                                "PART-HOLD-BACK=0.606\n#EXT-X-PART-INF:PART-TARGET=0.202\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-PART:DURATION=0.200000,URI=\"one-1.m4s?t=1&part=0\",INDEPENDENT=YES\n"
                                "#EXT-X-PART:DURATION=0.200000,URI=\"one-1.m4s?t=1&part=1\"\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-PART:DURATION=0.200000,URI=\"one-2.m4s?t=1&part=2\"\n"
                                "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"one-2.m4s?t=1&part=3\"\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-INDEPENDENT-SEGMENTS\n"));
}

TEST_F(PartsTest, ADeltaLeavesOutWhatIsOld) {
    begin();
    play(0, 30'040, 2000);
    PlaylistTerms terms;
    terms.partMs = 200;
    terms.skips = true;
    const std::string text = mediaPlaylist(*view(), terms);
    EXPECT_THAT(text, HasSubstr("#EXT-X-MEDIA-SEQUENCE:0\n"));
    EXPECT_THAT(text, HasSubstr("#EXT-X-SKIP:SKIPPED-SEGMENTS=9\n"));
    EXPECT_THAT(text, Not(HasSubstr("one-8.m4s\n")));
    EXPECT_THAT(text, HasSubstr("one-9.m4s\n"));
}

TEST_F(PartsTest, APartDoesNotWaitForFramesThatDoNotCome) {
    begin();
    play(0, 2120, 2000);
    const std::size_t before = view()->open->parts.size();
    clock_.advanceMs(1000);
    runner_.settle();
    EXPECT_EQ(view()->open->parts.size(), before + 1);
    play(2120, 4040, 2000);
    ASSERT_EQ(view()->segments.size(), 1U);
}

} // namespace
} // namespace hookcast::hls
