#include "live/FlvTracks.h"

#include "media/FlvBody.h"

#include <gtest/gtest.h>

#include <memory>

namespace hookcast::live {
namespace {

using media::Codec;
using media::Tracks;

media::FramePtr frame(media::FrameKind kind, media::FrameRole role, base::Bytes body,
                      media::Carriage carriage = media::Carriage::Flv) {
    auto made = std::make_shared<media::Frame>();
    made->kind = kind;
    made->role = role;
    made->carriage = carriage;
    made->body = std::move(body);
    return made;
}

class FlvTracksTest : public testing::Test {
  protected:
    void announce(Codec video, Codec audio) {
        headers_.metadata =
            frame(media::FrameKind::Data, media::FrameRole::Metadata, media::writeMetadata(video, audio));
    }
    void configureSound(media::Carriage carriage = media::Carriage::Flv) {
        headers_.audioConfig = frame(media::FrameKind::Audio, media::FrameRole::CodecConfig, {0xAF, 0}, carriage);
    }
    void configurePicture() {
        headers_.videoConfig = frame(media::FrameKind::Video, media::FrameRole::CodecConfig, {0x17, 0});
    }
    void sound(media::Carriage carriage = media::Carriage::Flv) {
        headers_.audioSample = frame(media::FrameKind::Audio, media::FrameRole::Media, {0xAF, 1}, carriage);
    }
    bool known() const { return areTracksKnown(headers_); }
    Tracks tracks() const { return announcedTracks(headers_, remux_); }

    hub::StreamHeaders headers_;
    config::HttpRemuxConfig remux_;
};

constexpr Tracks kBoth{true, true};
constexpr Tracks kSound{true, false};
constexpr Tracks kPicture{false, true};

TEST_F(FlvTracksTest, BothThatHaveComeAreKnownWhateverIsAnnounced) {
    headers_.hasPictures = true;
    sound();
    EXPECT_TRUE(known());
    EXPECT_EQ(tracks(), kBoth);
}

TEST_F(FlvTracksTest, OneThatIsAnnouncedAloneIsKnownWhenItHasCome) {
    announce(Codec::Avc, Codec::None);
    configurePicture();
    EXPECT_FALSE(known());
    headers_.hasPictures = true;
    EXPECT_TRUE(known());
    EXPECT_EQ(tracks(), kPicture);
}

TEST_F(FlvTracksTest, ASoundThatIsAnnouncedAndSilentIsWaitedForAndThenNotPromised) {
    announce(Codec::Avc, Codec::Aac);
    headers_.hasPictures = true;
    EXPECT_FALSE(known());
    EXPECT_EQ(tracks(), kPicture);
    announce(Codec::Avc, Codec::None);
    configureSound();
    EXPECT_FALSE(known()) << "its configuration announces it, too";
    EXPECT_EQ(tracks(), kPicture);
}

TEST_F(FlvTracksTest, APictureThatIsAnnouncedAndNeverComesLikewise) {
    announce(Codec::Avc, Codec::Aac);
    configurePicture();
    sound();
    EXPECT_FALSE(known());
    EXPECT_EQ(tracks(), kSound);
}

TEST_F(FlvTracksTest, WhatFlvCannotCarryIsNotPromised) {
    announce(Codec::Avc, Codec::None);
    configureSound(media::Carriage::Rtp);
    sound(media::Carriage::Rtp);
    headers_.hasPictures = true;
    EXPECT_TRUE(known());
    EXPECT_EQ(tracks(), kPicture);
}

TEST_F(FlvTracksTest, WhereNothingHasComeTheAnnouncementCounts) {
    EXPECT_EQ(tracks(), kBoth) << "has_audio and has_video";
    remux_.hasAudio = false;
    EXPECT_EQ(tracks(), kPicture);
    announce(Codec::None, Codec::Aac);
    EXPECT_EQ(tracks(), kSound);
}

TEST_F(FlvTracksTest, WithoutGuessingTheConfigurationCounts) {
    remux_.guessHasAv = false;
    remux_.hasVideo = false;
    headers_.hasPictures = true;
    EXPECT_EQ(tracks(), kSound);
}

} // namespace
} // namespace hookcast::live
