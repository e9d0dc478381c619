#include "vod/FlvMedia.h"

#include "base/ByteWriter.h"
#include "unit/support/TempDir.h"
#include "vod/TsSegment.h"

#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

namespace hookcast::vod {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kMost = 1'000'000;

/// An FLV file in the making. The first bytes of a body are FLV's, then comes what tells the frames apart.
class FlvText {
  public:
    FlvText() {
        base::ByteWriter writer(bytes_);
        writer.text("FLV");
        writer.u8(1);
        writer.u8(5);
        writer.u32(9);
        writer.u32(0);
    }

    FlvText& tag(std::uint8_t type, std::uint32_t timeMs, const base::Bytes& body) {
        base::ByteWriter writer(bytes_);
        writer.u8(type);
        writer.u24(static_cast<std::uint32_t>(body.size()));
        writer.u24(timeMs & 0xFFFFFFU);
        writer.u8(static_cast<std::uint8_t>(timeMs >> 24U));
        writer.u24(0);
        writer.bytes(body);
        writer.u32(11 + static_cast<std::uint32_t>(body.size()));
        return *this;
    }
    FlvText& videoConfig(std::uint8_t mark, std::uint32_t timeMs = 0) {
        return tag(9, timeMs, {0x17, 0, 0, 0, 0, mark, mark});
    }
    FlvText& audioConfig(std::uint8_t mark, std::uint32_t timeMs = 0) { return tag(8, timeMs, {0xAF, 0, mark, mark}); }
    FlvText& key(std::uint32_t timeMs) { return tag(9, timeMs, {0x17, 1, 0, 0, 0, 'k', 'k'}); }
    FlvText& picture(std::uint32_t timeMs) { return tag(9, timeMs, {0x27, 1, 0, 0, 0, 'p'}); }
    FlvText& sound(std::uint32_t timeMs) { return tag(8, timeMs, {0xAF, 1, 's'}); }

    base::Bytes bytes_;
};

class FlvMediaTest : public testing::Test {
  protected:
    files::ServedFile fileOf(const base::Bytes& bytes) {
        std::ofstream(folder_.file("a.flv"), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        auto file = files::ServedFile::open(folder_.file("."), "a.flv");
        EXPECT_TRUE(file);
        return file.take();
    }

    /// `TIME OFFSET-ORDER` would tell too much: times only.
    static std::vector<std::int64_t> timesOf(const MediaIndex& index) {
        std::vector<std::int64_t> times;
        for (const auto& point : index.points) times.push_back(point.timeMs);
        return times;
    }

    /// `kTIME` for a keyframe, `p`, `s`; `V` and `A` with the mark of a configuration.
    static std::vector<std::string> textsOf(const MediaFrames& frames) {
        std::vector<std::string> texts;
        for (const media::Frame& frame : frames) {
            if (frame.role == media::FrameRole::CodecConfig)
                texts.push_back((frame.kind == media::FrameKind::Video ? "V" : "A") +
                                std::string(1, static_cast<char>(frame.body.back())));
            else if (frame.kind != media::FrameKind::Data)
                texts.push_back(std::string(1, static_cast<char>(frame.body.back())) + std::to_string(frame.dtsMs));
        }
        return texts;
    }

    std::vector<std::string> read(const files::ServedFile& file, const MediaIndex& index, std::size_t first,
                                  std::size_t last) {
        auto frames = flv_.read(file, index, first, last, kMost);
        return frames ? textsOf(frames.value()) : std::vector<std::string>{frames.error().message};
    }

    support::TempDir folder_;
    FlvMedia flv_;
};

TEST_F(FlvMediaTest, PartsTogetherAreTheFile) {
    FlvText text;
    text.tag(18, 0, {2, 0, 10, 'o', 'n', 'M', 'e', 't', 'a', 'D', 'a', 't', 'a', 5});
    text.videoConfig('1').audioConfig('1').sound(0).key(10).picture(50).sound(40).key(1010).sound(990).picture(1050);
    text.key(2010).sound(2000).picture(2050);
    const files::ServedFile file = fileOf(text.bytes_);
    const auto index = flv_.index(file);
    ASSERT_TRUE(index) << index.error().message;
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 1010, 2010));
    EXPECT_EQ(index.value().endMs, 2950) << "when the last sound ends";
    EXPECT_EQ(index.value().video, media::Codec::Avc);
    EXPECT_EQ(index.value().audio, media::Codec::Aac);
    EXPECT_THAT(read(file, index.value(), 0, 1), ElementsAre("V1", "A1", "s0", "k10", "p50", "s40"));
    EXPECT_THAT(read(file, index.value(), 1, 2), ElementsAre("V1", "A1", "k0", "s-20", "p40"));
    EXPECT_THAT(read(file, index.value(), 2, 3), ElementsAre("V1", "A1", "k0", "s-10", "p40"));
    EXPECT_EQ(read(file, index.value(), 0, 3).size(), 2U + 4 + 3 + 3);
    EXPECT_EQ(flv_.length(file).value().durationMs, 2050);
}

TEST_F(FlvMediaTest, TheConfigurationThatHoldsIsInFront) {
    FlvText text;
    text.videoConfig('1').key(0).picture(40).videoConfig('2', 80).audioConfig('2', 80).key(80).sound(80);
    text.videoConfig('3', 1000).key(1000).picture(1040);
    const files::ServedFile file = fileOf(text.bytes_);
    const auto index = flv_.index(file);
    ASSERT_TRUE(index);
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 80, 1000));
    EXPECT_THAT(read(file, index.value(), 0, 1), ElementsAre("V1", "k0", "p40", "V2", "A2"));
    EXPECT_THAT(read(file, index.value(), 1, 2), ElementsAre("V2", "A2", "k0", "s0", "V3"));
    EXPECT_THAT(read(file, index.value(), 2, 3), ElementsAre("V3", "A2", "k0", "p40"));
}

TEST_F(FlvMediaTest, TimesBeginWithThePart) {
    FlvText text;
    text.videoConfig('1', 4'294'960'000U).key(4'294'960'000U).picture(4'294'960'040U).key(4'294'961'000U);
    const files::ServedFile file = fileOf(text.bytes_);
    const auto index = flv_.index(file);
    ASSERT_TRUE(index);
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 1000));
    EXPECT_THAT(read(file, index.value(), 1, 2), ElementsAre("V1", "k0"));
    EXPECT_EQ(flv_.length(file).value().durationMs, 1000);
}

TEST_F(FlvMediaTest, SoundAloneIsCutEachSecond) {
    FlvText text;
    text.audioConfig('1');
    for (std::uint32_t time = 0; time < 2500; time += 100) text.sound(time);
    const files::ServedFile file = fileOf(text.bytes_);
    const auto index = flv_.index(file);
    ASSERT_TRUE(index);
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 1000, 2000));
    EXPECT_EQ(index.value().endMs, 2500);
    EXPECT_EQ(index.value().durationMs(2, 3), 500);
    EXPECT_EQ(index.value().durationMs(0, 3), 2500);
    EXPECT_EQ(read(file, index.value(), 1, 2).size(), 11U);
}

TEST_F(FlvMediaTest, APictureThatComesLateIsAPlaceToCut) {
    FlvText text;
    text.audioConfig('1').sound(0).sound(1000).videoConfig('1', 2000).key(2000).sound(2000).key(3000);
    const auto index = flv_.index(fileOf(text.bytes_));
    ASSERT_TRUE(index);
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 2000, 3000));
}

TEST_F(FlvMediaTest, TimesThatGoBackMakeNoParts) {
    FlvText text;
    text.videoConfig('1').key(5000).key(6000).key(100).key(200).key(6100);
    const auto index = flv_.index(fileOf(text.bytes_));
    ASSERT_TRUE(index);
    EXPECT_THAT(timesOf(index.value()), ElementsAre(0, 1000, 1100));
    EXPECT_GE(index.value().endMs, 1100);
}

TEST_F(FlvMediaTest, AFileThatEndsInTheMiddleIsReadAsFarAsItGoes) {
    FlvText text;
    text.videoConfig('1').key(0).picture(40).key(1000).picture(1040);
    for (std::size_t size = 0; size < text.bytes_.size(); ++size) {
        base::Bytes cut(text.bytes_.begin(), text.bytes_.begin() + static_cast<std::ptrdiff_t>(size));
        const files::ServedFile file = fileOf(cut);
        const auto index = flv_.index(file);
        const auto length = flv_.length(file);
        EXPECT_EQ(index.ok(), length.ok()) << size;
        if (!index) continue;
        const std::size_t points = index.value().points.size();
        EXPECT_TRUE(flv_.read(file, index.value(), points - 1, points, kMost)) << size;
    }
}

TEST_F(FlvMediaTest, WhatIsNoneIsAnError) {
    for (const std::string text :
         {"", "FLV", "no FLV at all, and longer than a header", "FLV\x01\x05\xFF\xFF\xFF\xFF----"}) {
        const files::ServedFile file = fileOf(base::Bytes(text.begin(), text.end()));
        EXPECT_FALSE(flv_.index(file)) << text;
        EXPECT_FALSE(flv_.length(file)) << text;
    }
    EXPECT_FALSE(flv_.index(fileOf(FlvText().videoConfig('1').bytes_))) << "nothing but a configuration";
}

TEST_F(FlvMediaTest, APartHasABound) {
    FlvText text;
    text.videoConfig('1').key(0).picture(40);
    const files::ServedFile file = fileOf(text.bytes_);
    const auto index = flv_.index(file);
    ASSERT_TRUE(index);
    EXPECT_FALSE(flv_.read(file, index.value(), 0, 1, 10));
    EXPECT_TRUE(flv_.read(file, index.value(), 0, 1, 100));
}

TEST(TsSegmentTest, WhatMpegTsDoesNotCarryGivesNothing) {
    media::Frame frame;
    frame.kind = media::FrameKind::Audio;
    frame.role = media::FrameRole::Media;
    frame.body = {0x72, 1, 2, 3}; // G.711
    EXPECT_THAT(makeTsSegment({frame}, 0), IsEmpty());
    EXPECT_THAT(makeTsSegment({}, 0), IsEmpty());
}

} // namespace
} // namespace hookcast::vod
