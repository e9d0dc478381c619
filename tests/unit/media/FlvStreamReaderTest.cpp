#include "media/FlvStreamReader.h"

#include "base/ByteWriter.h"
#include "media/FlvBody.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::media {
namespace {

base::Bytes header(std::uint32_t bytes = 9) {
    base::Bytes out;
    base::ByteWriter writer(out);
    writer.text("FLV");
    writer.u8(1);
    writer.u8(5);
    writer.u32(bytes);
    out.resize(bytes);
    writer.u32(0);
    return out;
}

void add(base::Bytes& stream, std::uint8_t type, std::uint32_t timeMs, base::ByteSpan body) {
    base::ByteWriter writer(stream);
    writer.u8(type);
    writer.u24(static_cast<std::uint32_t>(body.size()));
    writer.u24(timeMs & 0xFFFFFFU);
    writer.u8(static_cast<std::uint8_t>(timeMs >> 24U));
    writer.u24(0);
    writer.bytes(body);
    writer.u32(0); // some senders do not count
}

struct Outcome {
    std::vector<ConvertedFrame> frames;
    std::string error;
};

/// What comes in pieces of `step` bytes.
Outcome read(const base::Bytes& stream, std::size_t step) {
    FlvStreamReader reader;
    Outcome outcome;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        base::ByteSpan some = base::ByteSpan(stream).subspan(at, std::min(step, stream.size() - at));
        for (;;) {
            auto frame = reader.next(some);
            if (!frame) return {outcome.frames, frame.error().message};
            if (!frame.value()) break;
            outcome.frames.push_back(*frame.value());
        }
    }
    return outcome;
}

base::Bytes bytesOf(std::string_view text) {
    return {text.begin(), text.end()};
}

TEST(FlvStreamReaderTest, TakesTagsAsTheyAreWhateverTheirCodec) {
    const base::Bytes told = writeMetadata(Codec::Hevc, Codec::Aac);
    const base::Bytes picture = writeVideoBody({Codec::Hevc, BodyPart::Frame, true, 40, bytesOf("picture")});
    const base::Bytes av1 = writeVideoBody({Codec::Av1, BodyPart::Config, true, 0, bytesOf("av1")});
    const base::Bytes sound = writeAudioBody({Codec::Aac, BodyPart::Frame, 44100, 2, bytesOf("sound")});
    base::Bytes stream = header();
    add(stream, 18, 0, told);
    add(stream, 9, 20, av1);
    add(stream, 9, 0x01000028, picture);
    add(stream, 8, 0x01000030, sound);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, stream.size()}) {
        const Outcome outcome = read(stream, step);
        ASSERT_EQ(outcome.frames.size(), 4U) << outcome.error;
        EXPECT_EQ(outcome.frames[0].kind, FrameKind::Data);
        EXPECT_EQ(outcome.frames[0].role, FrameRole::Metadata);
        EXPECT_EQ(outcome.frames[0].body, told);
        EXPECT_EQ(outcome.frames[1].role, FrameRole::CodecConfig);
        EXPECT_EQ(outcome.frames[1].body, av1);
        EXPECT_EQ(outcome.frames[2].kind, FrameKind::Video);
        EXPECT_EQ(outcome.frames[2].role, FrameRole::Keyframe);
        EXPECT_EQ(outcome.frames[2].timestampMs, 0x01000028U);
        EXPECT_EQ(outcome.frames[2].body, picture);
        EXPECT_EQ(outcome.frames[3].kind, FrameKind::Audio);
        EXPECT_EQ(outcome.frames[3].body, sound);
    }
}

TEST(FlvStreamReaderTest, PassesOverWhatIsNoFrame) {
    const base::Bytes told = writeMetadata(Codec::Avc, Codec::None);
    base::Bytes wrapped;
    base::ByteWriter writer(wrapped);
    writer.u8(2);
    writer.u16(13);
    writer.text("@setDataFrame");
    writer.bytes(told);
    base::Bytes stream = header(20);
    add(stream, 18, 0, bytesOf("\x02"));
    add(stream, 18, 0, bytesOf(std::string_view("\x02\0\x06onText", 9)));
    add(stream, 0x29, 0, bytesOf("encrypted"));
    add(stream, 15, 0, bytesOf("another type"));
    add(stream, 9, 0, {});
    add(stream, 18, 0, wrapped);
    const Outcome outcome = read(stream, 5);
    ASSERT_EQ(outcome.frames.size(), 1U) << outcome.error;
    EXPECT_EQ(outcome.frames[0].body, told);
}

TEST(FlvStreamReaderTest, SaysWhenItIsNoFlv) {
    base::Bytes shortHeader = header();
    shortHeader[8] = 8;
    base::Bytes longHeader = header();
    longHeader[5] = 1;
    for (const base::Bytes& stream : {shortHeader, longHeader, bytesOf("FLX and more"), bytesOf("G@ is MPEG-TS")})
        EXPECT_EQ(read(stream, 4).error, "no FLV");
    EXPECT_TRUE(beginsFlv(header()));
    EXPECT_FALSE(beginsFlv(bytesOf("FL")));
    EXPECT_FALSE(beginsFlv(bytesOf("<html>")));
}

} // namespace
} // namespace hookcast::media
