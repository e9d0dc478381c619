#include "media/MetadataCodecs.h"

#include "unit/media/TsFrames.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

base::Bytes withValue(std::string_view key, std::string_view valueHex) {
    base::Bytes bytes(key.begin(), key.end());
    const base::Bytes value = fromHex(valueHex);
    bytes.insert(bytes.end(), value.begin(), value.end());
    return bytes;
}

TEST(MetadataCodecs, ReadsNumbers) {
    const MetadataCodecs codecs = readMetadataCodecs(metadata(7, 10).body);
    EXPECT_EQ(codecs.video, Codec::Avc);
    EXPECT_EQ(codecs.audio, Codec::Aac);
}

TEST(MetadataCodecs, ReadsG711) {
    EXPECT_EQ(readMetadataCodecs(withValue("audiocodecid", "00401c000000000000")).audio, Codec::G711A);
    EXPECT_EQ(readMetadataCodecs(withValue("audiocodecid", "004020000000000000")).audio, Codec::G711U);
}

TEST(MetadataCodecs, ReadsFourCcsAsNumberOrText) {
    // 1752589105 is "hvc1".
    EXPECT_EQ(readMetadataCodecs(withValue("videocodecid", "0041da1d98cc400000")).video, Codec::Hevc);
    EXPECT_EQ(readMetadataCodecs(withValue("audiocodecid", "0200046d703461")).audio, Codec::Aac);
}

TEST(MetadataCodecs, MayAskForAtc) {
    EXPECT_TRUE(asksForAtc(withValue("bravo_atc", "02000474727565")));
    EXPECT_FALSE(asksForAtc(withValue("bravo_atc", "02000566616c7365")));
    EXPECT_FALSE(asksForAtc(withValue("bravo_atc", "020004747275")));
    EXPECT_FALSE(asksForAtc(withValue("bravo_atc", "0101")));
    EXPECT_FALSE(asksForAtc(metadata(7, 10).body));
}

TEST(MetadataCodecs, WhatIsNotToldOrNotKnownIsNone) {
    EXPECT_EQ(readMetadataCodecs(metadata(-1, -1).body).video, Codec::None);
    EXPECT_EQ(readMetadataCodecs(metadata(0, 0).body).audio, Codec::None);
    EXPECT_EQ(readMetadataCodecs(withValue("audiocodecid", "00402400")).audio, Codec::None);
    EXPECT_EQ(readMetadataCodecs(withValue("audiocodecid", "02ffff6d")).audio, Codec::None);
    EXPECT_EQ(readMetadataCodecs({}).audio, Codec::None);
}

} // namespace
} // namespace hookcast::media
