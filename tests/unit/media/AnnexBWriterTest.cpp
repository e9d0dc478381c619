#include "media/AnnexBWriter.h"

#include "unit/media/TsFrames.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::media {
namespace {

base::Bytes written(Codec codec, const std::string& payloadHex, bool isKeyframe) {
    auto writer = AnnexBWriter::create(codec, codec == Codec::Avc ? avcRecord() : hevcRecord());
    const auto out = writer.value().write(fromHex(payloadHex), isKeyframe);
    return out ? base::Bytes(out.value().begin(), out.value().end()) : base::Bytes{};
}

TEST(AnnexBWriter, AKeyframeGetsItsParameterSets) {
    EXPECT_EQ(written(Codec::Avc, "00000003658801", true), fromHex("0000000109f0"
                                                                   "00000001" +
                                                                   kAvcSps + "00000001" + kAvcPps + "00000001658801"));
    EXPECT_EQ(written(Codec::Hevc, "0000000426018001", true),
              fromHex("00000001460150"
                      "00000001" +
                      kHevcVps + "00000001" + kHevcSps + "00000001" + kHevcPps + "0000000126018001"));
}

TEST(AnnexBWriter, SoDoesOneThatIsNoIdr) {
    EXPECT_EQ(written(Codec::Avc, "00000003418801", true), fromHex("0000000109f0"
                                                                   "00000001" +
                                                                   kAvcSps + "00000001" + kAvcPps + "00000001418801"));
}

TEST(AnnexBWriter, OthersOnlyADelimiter) {
    EXPECT_EQ(written(Codec::Avc, "0000000341880100000002419a", false), fromHex("0000000109f0"
                                                                                "00000001418801"
                                                                                "00000001419a"));
    EXPECT_EQ(written(Codec::Hevc, "0000000402018001", false), fromHex("00000001460150"
                                                                       "0000000102018001"));
}

TEST(AnnexBWriter, WhatIsThereIsNotRepeated) {
    // A delimiter and sets of the publisher's own.
    EXPECT_EQ(written(Codec::Avc, "00000002091000000004674200010000000268ce00000002658f", true),
              fromHex("000000010910"
                      "0000000167420001"
                      "0000000168ce"
                      "00000001658f"));
}

TEST(AnnexBWriter, AByteStreamStaysOne) {
    EXPECT_EQ(written(Codec::Avc, "00000001658801", true), written(Codec::Avc, "00000003658801", true));
    EXPECT_EQ(written(Codec::Avc, "000001658801000001658802", false),
              written(Codec::Avc, "0000000365880100000003658802", false));
    EXPECT_EQ(written(Codec::Hevc, "0000000126018001", true), written(Codec::Hevc, "0000000426018001", true));
}

TEST(AnnexBWriter, RefusesWhatIsBroken) {
    EXPECT_TRUE(written(Codec::Avc, "00000009658801", true).empty());
    EXPECT_FALSE(AnnexBWriter::create(Codec::Avc, fromHex("01640c")));
    EXPECT_FALSE(AnnexBWriter::create(Codec::Hevc, fromHex("010160")));
    EXPECT_FALSE(AnnexBWriter::create(Codec::Av1, fromHex("81000000")));
}

} // namespace
} // namespace hookcast::media
