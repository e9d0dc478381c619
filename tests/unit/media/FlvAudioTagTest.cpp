#include "media/FlvTag.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using base::Bytes;

/// FLV 10.1, E.4.2: the sound format in the high four bits.
constexpr std::uint8_t kAac = 0xAF;
constexpr std::uint8_t kMp3 = 0x2F;
constexpr std::uint8_t kSpeex = 0xB6;

/// Enhanced RTMP: sound format 9, four bits of packet type.
constexpr std::uint8_t ex(unsigned packetType) {
    return static_cast<std::uint8_t>(0x90U | packetType);
}

TEST(FlvAudioTag, KnowsAac) {
    EXPECT_EQ(audioRole(Bytes{kAac, 0, 0x12, 0x10}), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(Bytes{kAac, 1, 0x21}), FrameRole::Media);
    EXPECT_EQ(audioRole(Bytes{kAac}), FrameRole::Other) << "cut short";
}

TEST(FlvAudioTag, KnowsCodecsWithoutConfiguration) {
    EXPECT_EQ(audioRole(Bytes{kMp3, 0}), FrameRole::Media);
    EXPECT_EQ(audioRole(Bytes{kMp3}), FrameRole::Media);
    EXPECT_EQ(audioRole(Bytes{kSpeex, 0}), FrameRole::Media);
}

TEST(FlvAudioTag, KnowsEnhancedPackets) {
    const Bytes rest = {'O', 'p', 'u', 's', 1, 2};
    const auto packet = [&rest](unsigned type) {
        Bytes body = {ex(type)};
        body.insert(body.end(), rest.begin(), rest.end());
        return body;
    };
    EXPECT_EQ(audioRole(packet(0)), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(packet(1)), FrameRole::Media);
    EXPECT_EQ(audioRole(packet(2)), FrameRole::Other) << "end of sequence";
    EXPECT_EQ(audioRole(packet(4)), FrameRole::CodecConfig) << "multichannel configuration";
}

TEST(FlvAudioTag, LooksIntoMultitrackPackets) {
    EXPECT_EQ(audioRole(Bytes{ex(5), 0x00, 'O', 'p', 'u', 's', 0}), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(Bytes{ex(5), 0x11, 'O', 'p', 'u', 's', 0, 0, 0, 0}), FrameRole::Media);
    EXPECT_EQ(audioRole(Bytes{ex(5), 0x12, 'O', 'p', 'u', 's', 0, 0, 0, 0}), FrameRole::Other);
    EXPECT_EQ(audioRole(Bytes{ex(5), 0x14, 'O', 'p', 'u', 's', 0, 0, 0, 0}), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(Bytes{ex(5)}), FrameRole::Other);
}

TEST(FlvAudioTag, LooksBehindModifiers) {
    EXPECT_EQ(audioRole(Bytes{ex(7), 2, 0xA, 0xB, 0xC, 0x00 | 0, 'O', 'p', 'u', 's'}), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(Bytes{ex(7), 2, 0xA, 0xB, 0xC, 0x00 | 1, 'O', 'p', 'u', 's'}), FrameRole::Media);
    EXPECT_EQ(audioRole(Bytes{ex(7), 0, 0xA, 0x00 | 5, 0x10, 'O', 'p', 'u', 's', 0, 0, 0, 0}), FrameRole::CodecConfig);
    EXPECT_EQ(audioRole(Bytes{ex(7), 9}), FrameRole::Other);
}

TEST(FlvAudioTag, OfNothingIsNothing) {
    EXPECT_EQ(audioRole({}), FrameRole::Other);
}

} // namespace
} // namespace hookcast::media
