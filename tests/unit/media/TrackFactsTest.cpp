#include "media/TrackFacts.h"

#include "media/AacConfig.h"
#include "media/FlvBody.h"
#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

Frame frameOf(base::Bytes body) {
    Frame frame;
    frame.body = std::move(body);
    return frame;
}

TEST(TrackFacts, OfAacAreThoseOfItsConfiguration) {
    AacConfig config;
    config.sampleRate = 48000;
    config.channelConfiguration = 2;
    const base::Bytes written = config.write().take();
    const auto facts = audioFacts(frameOf(writeAudioBody({Codec::Aac, BodyPart::Config, 0, 0, written})));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->codec, Codec::Aac);
    EXPECT_EQ(facts->sampleRate, 48000U);
    EXPECT_EQ(facts->channels, 2U);
    EXPECT_EQ(facts->profile, "LC");
}

TEST(TrackFacts, OfASoundWithoutConfigurationAreThoseOfAFrame) {
    const base::Bytes payload(10, 1);
    const auto facts = audioFacts(frameOf(writeAudioBody({Codec::G711A, BodyPart::Frame, 8000, 1, payload})));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->codec, Codec::G711A);
    EXPECT_EQ(facts->sampleRate, 8000U);
}

TEST(TrackFacts, OfABrokenConfigurationIsTheCodecAtLeast) {
    const base::Bytes rubbish{1, 2, 3};
    const auto facts = videoFacts(frameOf(writeVideoBody({Codec::Avc, BodyPart::Config, true, 0, rubbish})));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->codec, Codec::Avc);
    EXPECT_EQ(facts->width, 0U);
    EXPECT_EQ(facts->profile, "");
}

TEST(TrackFacts, OfNothingAreNone) {
    EXPECT_FALSE(videoFacts(frameOf({})));
    EXPECT_FALSE(audioFacts(frameOf({})));
    Frame opaque = frameOf({1, 2, 3});
    opaque.carriage = Carriage::Rtp;
    EXPECT_FALSE(videoFacts(opaque));
}

} // namespace
} // namespace hookcast::media
