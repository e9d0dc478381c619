#include "hub/StreamHeaders.h"

#include "media/EnhancedTag.h"
#include "unit/support/TestBytes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::hub {
namespace {

using media::FrameKind;
using support::hex;
using testing::ElementsAre;

media::FramePtr config(FrameKind kind, const std::string& body) {
    auto frame = std::make_shared<media::Frame>();
    frame->kind = kind;
    frame->role = media::FrameRole::CodecConfig;
    frame->body = hex(body);
    media::noteTracks(*frame);
    return frame;
}

media::FramePtr video(const std::string& body) {
    return config(FrameKind::Video, body);
}

const auto kVideo = video("17 00 000000 AA");
const auto kSound = config(FrameKind::Audio, "AF 00 AA");
const auto kVideoOne = video("96 00 61766331 01 BB");
const auto kSoundOne = config(FrameKind::Audio, "95 00 6D703461 01 BB");

TEST(StreamHeaders, AnExtraTracksDoesNotReplaceThatOfTrackZero) {
    StreamHeaders headers;
    EXPECT_TRUE(headers.note(kVideo));
    EXPECT_TRUE(headers.note(kSound));
    EXPECT_TRUE(headers.note(kVideoOne));
    EXPECT_TRUE(headers.note(kSoundOne));
    EXPECT_FALSE(headers.note(kVideoOne)) << "it is known";
    EXPECT_FALSE(headers.note(kVideo));
    EXPECT_EQ(headers.videoConfig, kVideo);
    EXPECT_EQ(headers.audioConfig, kSound);
    EXPECT_THAT(headers.inOrder(), ElementsAre(kVideo, kSound, kVideoOne, kSoundOne));
}

TEST(StreamHeaders, EachTrackHasItsNewest) {
    StreamHeaders headers;
    const auto two = video("96 00 61766331 02 CC");
    const auto newOne = video("96 00 61766331 01 DD");
    for (const auto& one : {kVideo, kVideoOne, two}) headers.note(one);
    EXPECT_TRUE(headers.hasConfigLike(*newOne));
    EXPECT_TRUE(headers.note(newOne));
    EXPECT_THAT(headers.inOrder(), ElementsAre(kVideo, two, newOne));
}

TEST(StreamHeaders, APacketMayHoldSeveral) {
    StreamHeaders headers;
    const auto both = video("96 10 61766331 00 000001 AA 01 000001 BB");
    EXPECT_TRUE(headers.note(both));
    EXPECT_FALSE(headers.note(both));
    EXPECT_EQ(headers.videoConfig, both);
    EXPECT_THAT(headers.inOrder(), ElementsAre(both)) << "once";
    EXPECT_TRUE(headers.note(kVideo));
    EXPECT_THAT(headers.inOrder(), ElementsAre(both, kVideo)) << "the newer one of track 0 counts";
    EXPECT_TRUE(headers.note(kVideoOne));
    EXPECT_THAT(headers.inOrder(), ElementsAre(kVideo, kVideoOne));
}

TEST(StreamHeaders, WhereTheChannelsAreIsKeptBesideTheCodec) {
    StreamHeaders headers;
    const auto opus = config(FrameKind::Audio, "90 4F707573 AA");
    const auto layout = config(FrameKind::Audio, "94 4F707573 01 02 03");
    const auto layoutOne = config(FrameKind::Audio, "95 04 4F707573 01 02 03");
    for (const auto& one : {opus, layout, kSoundOne, layoutOne}) EXPECT_TRUE(headers.note(one));
    EXPECT_EQ(headers.audioConfig, opus);
    EXPECT_THAT(headers.inOrder(), ElementsAre(opus, layout, kSoundOne, layoutOne));
}

TEST(StreamHeaders, TheirNumberIsBounded) {
    StreamHeaders headers;
    headers.note(kVideo);
    for (int track = 1; track <= 255; ++track) headers.note(video(fmt::format("96 00 61766331 {:02X} AA", track)));
    EXPECT_EQ(headers.inOrder().size(), 1 + StreamHeaders::kMostExtras);
    EXPECT_TRUE(headers.note(video("96 00 61766331 05 BB"))) << "who is in it may change";
    EXPECT_EQ(headers.inOrder().size(), 1 + StreamHeaders::kMostExtras);
}

TEST(StreamHeaders, MetadataWithoutABodyIsNone) {
    StreamHeaders headers;
    auto metadata = std::make_shared<media::Frame>();
    metadata->role = media::FrameRole::Metadata;
    metadata->body = {1};
    EXPECT_TRUE(headers.note(metadata));
    EXPECT_FALSE(headers.note(metadata));
    auto none = std::make_shared<media::Frame>();
    none->role = media::FrameRole::Metadata;
    EXPECT_TRUE(headers.note(none));
    EXPECT_EQ(headers.metadata, nullptr);
}

/// Formats that number all tracks go by their places.
TEST(StreamHeaders, TracksKeepTheirPlacesInTheOrderInWhichTheyCame) {
    StreamHeaders headers;
    const auto sample = [](const std::string& body) {
        auto frame = std::make_shared<media::Frame>(*config(FrameKind::Audio, body));
        frame->role = media::FrameRole::Media;
        return frame;
    };
    const auto newSoundOne = config(FrameKind::Audio, "95 00 6D703461 01 CC");
    const auto mp3Two = sample("95 01 2E6D7033 02 FF");
    for (const auto& one : {kVideo, kSoundOne, kVideoOne, newSoundOne}) headers.note(one);
    EXPECT_TRUE(headers.noteMore(mp3Two)) << "a codec without configuration";
    EXPECT_FALSE(headers.noteMore(mp3Two));
    EXPECT_FALSE(headers.noteMore(sample("95 01 6D703461 01 DD")));
    using Track = MoreTracks::Track;
    EXPECT_THAT(headers.more.all(),
                ElementsAre(Track{FrameKind::Audio, 1}, Track{FrameKind::Video, 1}, Track{FrameKind::Audio, 2}));
    EXPECT_EQ(headers.tellsOf(0), newSoundOne);
    EXPECT_EQ(headers.tellsOf(1), kVideoOne);
    EXPECT_EQ(headers.tellsOf(2), mp3Two);
}

TEST(StreamHeaders, SoMayThoseInOnePacketAndBeyondTheLimitTheyHaveNone) {
    StreamHeaders headers(2);
    headers.note(video("96 10 61766331 03 000001 AA 00 000001 BB"));
    headers.note(kSoundOne);
    headers.note(video("96 00 61766331 04 AA"));
    EXPECT_EQ(headers.more.all().size(), 2U);
    EXPECT_EQ(headers.more.find(FrameKind::Video, 3), 0U);
    EXPECT_EQ(headers.more.find(FrameKind::Audio, 1), 1U);
    EXPECT_FALSE(headers.more.find(FrameKind::Video, 4));
}

} // namespace
} // namespace hookcast::hub
