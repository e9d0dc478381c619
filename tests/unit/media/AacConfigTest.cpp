#include "media/AacConfig.h"

#include "media/AdtsHeader.h"
#include "unit/media/BitText.h"
#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;

AacConfig lowComplexity(std::uint32_t sampleRate, std::uint8_t channels) {
    AacConfig config;
    config.sampleRate = sampleRate;
    config.channelConfiguration = channels;
    config.channels = channels;
    config.outputSampleRate = sampleRate;
    return config;
}

TEST(AacConfig, ReadsAndWritesLowComplexity) {
    EXPECT_EQ(AacConfig::read(hex("1210")).value(), lowComplexity(44100, 2));
    EXPECT_EQ(AacConfig::read(hex("1188")).value(), lowComplexity(48000, 1));
    EXPECT_EQ(lowComplexity(44100, 2).write().value(), hex("1210"));
    EXPECT_EQ(lowComplexity(48000, 1).write().value(), hex("1188"));
}

TEST(AacConfig, ReadsFramesOf960Samples) {
    AacConfig config = lowComplexity(48000, 2);
    config.frameSamples = 960;
    EXPECT_EQ(AacConfig::read(hex("1194")).value(), config);
    EXPECT_EQ(config.write().value(), hex("1194"));
}

TEST(AacConfig, ReadsAndWritesSampleRatesWithoutIndex) {
    const AacConfig config = lowComplexity(44000, 2);
    const base::Bytes written = config.write().value();
    EXPECT_EQ(written, hex("1780 55F0 10"));
    EXPECT_EQ(AacConfig::read(written).value(), config);
}

TEST(AacConfig, ReadsSbrSignalledExplicitly) {
    const AacConfig config = AacConfig::read(hex("2B920800")).value();
    EXPECT_EQ(config.objectType, 2);
    EXPECT_TRUE(config.sbr);
    EXPECT_FALSE(config.parametricStereo);
    EXPECT_EQ(config.sampleRate, 22050U);
    EXPECT_EQ(config.outputSampleRate, 44100U);
    EXPECT_EQ(config.channels, 2);
    EXPECT_EQ(config.write().value(), hex("2B920800"));
}

TEST(AacConfig, ReadsParametricStereo) {
    const AacConfig config = AacConfig::read(hex("EB098800")).value();
    EXPECT_TRUE(config.sbr);
    EXPECT_TRUE(config.parametricStereo);
    EXPECT_EQ(config.sampleRate, 24000U);
    EXPECT_EQ(config.outputSampleRate, 48000U);
    EXPECT_EQ(config.write().value(), hex("EB098800"));
}

TEST(AacConfig, ReadsSbrSignalledForOldDecoders) {
    const AacConfig config = AacConfig::read(hex("139056E5A0")).value();
    EXPECT_EQ(config.objectType, 2);
    EXPECT_TRUE(config.sbr);
    EXPECT_FALSE(config.parametricStereo);
    EXPECT_EQ(config.sampleRate, 22050U);
    EXPECT_EQ(config.outputSampleRate, 44100U);
    EXPECT_TRUE(AacConfig::read(hex("130856E59D4880")).value().parametricStereo);
    EXPECT_FALSE(AacConfig::read(hex("139056E500")).value().sbr);
}

TEST(AacConfig, CountsTheChannelsOfAProgramConfig) {
    // Channel configuration 0; one front pair, one front single, one back pair, one LFE; no comment.
    const AacConfig config =
        AacConfig::read(bitText("", "00010 0011 0000 0 0 0  0000 01 0011 0010 0000 0001 01 000 0000 0 0 0 "
                                    "1 0000 0 0001  1 0000  0000  0 00000000"))
            .value();
    EXPECT_EQ(config.channelConfiguration, 0);
    EXPECT_EQ(config.channels, 6);
    EXPECT_FALSE(config.write().ok());
}

TEST(AacConfig, ReadsLowDelay) {
    EXPECT_EQ(AacConfig::read(hex("BA10 00")).value().frameSamples, 512U);
    const AacConfig enhanced = AacConfig::read(hex("F8E85000")).value();
    EXPECT_EQ(enhanced.objectType, 39);
    EXPECT_EQ(enhanced.frameSamples, 480U);
    EXPECT_FALSE(enhanced.write().ok());
}

TEST(AacConfig, RefusesWhatMakesNoSense) {
    EXPECT_EQ(errorOf(AacConfig::read({})), "an AudioSpecificConfig cut short at 0 bytes");
    EXPECT_EQ(errorOf(AacConfig::read(hex("12"))), "an AudioSpecificConfig cut short at 1 bytes");
    EXPECT_EQ(errorOf(AacConfig::read(hex("0210"))), "an AudioSpecificConfig of object type 0 at 44100 Hz");
    EXPECT_EQ(errorOf(AacConfig::read(hex("1690"))), "an AudioSpecificConfig of object type 2 at 0 Hz");
    EXPECT_EQ(
        errorOf(AacConfig().write()),
        "no AudioSpecificConfig is written for object type 2, channel configuration 0 and frames of 1024 samples");
}

TEST(AdtsHeader, ReadsAHeader) {
    const AdtsHeader header = AdtsHeader::read(hex("FFF1 5080 2B3F FC")).value();
    EXPECT_EQ(header.objectType, 2);
    EXPECT_EQ(header.sampleRate, 44100U);
    EXPECT_EQ(header.channelConfiguration, 2);
    EXPECT_EQ(header.headerBytes, 7U);
    EXPECT_EQ(header.frameBytes, 345U);
    EXPECT_EQ(AdtsHeader::read(hex("FFF0 5080 2B3F FC")).value().headerBytes, 9U);
}

TEST(AdtsHeader, WritesWhatItReads) {
    for (const std::uint32_t sampleRate : {96000U, 44100U, 7350U}) {
        for (std::uint8_t channels = 0; channels <= 7; ++channels) {
            for (const std::size_t payloadBytes : {0, 1, 338, 8184}) {
                const auto written = AdtsHeader::write(lowComplexity(sampleRate, channels), payloadBytes);
                ASSERT_EQ(errorOf(written), "");
                const AdtsHeader header = AdtsHeader::read(written.value()).value();
                EXPECT_EQ(header.sampleRate, sampleRate);
                EXPECT_EQ(header.channelConfiguration, channels);
                EXPECT_EQ(header.frameBytes, payloadBytes + 7);
                EXPECT_EQ(header.objectType, 2);
            }
        }
    }
}

TEST(AdtsHeader, RefusesWhatItCannotSay) {
    EXPECT_EQ(errorOf(AdtsHeader::write(lowComplexity(44100, 2), 8185)),
              "ADTS cannot carry object type 2 at 44100 Hz, channel configuration 2, in a frame of 8185 bytes");
    EXPECT_FALSE(AdtsHeader::write(lowComplexity(44000, 2), 10).ok());
    EXPECT_FALSE(AdtsHeader::write(lowComplexity(44100, 8), 10).ok());
    EXPECT_EQ(errorOf(AdtsHeader::read(hex("FFF1 5080 2B3F"))), "an ADTS header cut short at 6 bytes");
    EXPECT_EQ(errorOf(AdtsHeader::read(hex("FFF7 5080 2B3F FC"))), "no ADTS header");
    EXPECT_EQ(errorOf(AdtsHeader::read(hex("FEF1 5080 2B3F FC"))), "no ADTS header");
    EXPECT_EQ(errorOf(AdtsHeader::read(hex("FFF1 7480 2B3F FC"))), "ADTS sample rate index 13");
    EXPECT_EQ(errorOf(AdtsHeader::read(hex("FFF1 5080 00DF FC"))), "an ADTS frame of 6 bytes");
}

} // namespace
} // namespace hookcast::media
