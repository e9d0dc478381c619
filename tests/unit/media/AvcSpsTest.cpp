#include "media/AvcSps.h"

#include "unit/media/BitText.h"
#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;

AvcSps parsed(const base::Bytes& unit) {
    auto sps = AvcSps::parse(unit);
    EXPECT_EQ(errorOf(sps), "");
    return sps.ok() ? sps.value() : AvcSps();
}

// As libx264 writes them; what they say is what ffprobe says of the streams they came from.

TEST(AvcSps, ReadsABaselineStream) {
    const AvcSps sps = parsed(hex("6742C00DD901519E226C0440000003004000000C83C50A92"));
    EXPECT_EQ(sps.profileIdc, 66);
    EXPECT_EQ(sps.constraintFlags, 0xC0);
    EXPECT_EQ(sps.levelIdc, 13);
    EXPECT_EQ(sps.width, 322U);
    EXPECT_EQ(sps.height, 182U);
    EXPECT_EQ(sps.framesPerSecond, 25);
    EXPECT_EQ(sps.reorderFrames, 0U);
}

TEST(AvcSps, ReadsAHighProfileStreamWithBFrames) {
    const AvcSps sps = parsed(hex("67640028ACD940780227E5C044000003000400000300F03C60C658"));
    EXPECT_EQ(sps.profileIdc, 100);
    EXPECT_EQ(sps.levelIdc, 40);
    EXPECT_EQ(sps.width, 1920U);
    EXPECT_EQ(sps.height, 1080U);
    EXPECT_EQ(sps.framesPerSecond, 30);
    EXPECT_EQ(sps.reorderFrames, 2U);
    EXPECT_EQ(sps.chromaFormatIdc, 1U);
    EXPECT_EQ(sps.bitDepthLuma, 8U);
}

TEST(AvcSps, ReadsFourFourFourWithOddSize) {
    const AvcSps sps = parsed(hex("67F4000D919B282A33C2119808800000030080000019078A14CB"));
    EXPECT_EQ(sps.profileIdc, 244);
    EXPECT_EQ(sps.chromaFormatIdc, 3U);
    EXPECT_EQ(sps.width, 321U);
    EXPECT_EQ(sps.height, 181U);
}

TEST(AvcSps, ReadsAnInterlacedStream) {
    const AvcSps sps = parsed(hex("67640028ACD94078044FDE0220000003002000000783E2C5B2C0"));
    EXPECT_EQ(sps.width, 1920U);
    EXPECT_EQ(sps.height, 1080U);
    EXPECT_EQ(sps.reorderFrames, 2U);
}

TEST(AvcSps, ReadsPastHrdParameters) {
    const AvcSps sps = parsed(hex("6764000DACD941519E226C0440000003004000000C9808007A10001E84E4C30078A14CB0"));
    EXPECT_EQ(sps.framesPerSecond, 25);
    EXPECT_EQ(sps.reorderFrames, 2U);
}

/// Profile, constraints, level 3, id 0; then what a test is about.
constexpr std::string_view kMain = "67 4D 00 1E";

base::Bytes mainSps(std::string_view pictureOrder, std::string_view rest) {
    return bitText(kMain, "ue0 ue0 " + std::string(pictureOrder) + " ue1 0 ue9 ue7 1 1 1 ue0 ue0 ue0 ue4 " +
                              std::string(rest) + " 1");
}

TEST(AvcSps, WithoutVuiReorderingIsUnknown) {
    const AvcSps sps = parsed(mainSps("ue0 ue0", "0"));
    EXPECT_EQ(sps.width, 160U);
    EXPECT_EQ(sps.height, 120U);
    EXPECT_EQ(sps.framesPerSecond, std::nullopt);
    EXPECT_EQ(sps.reorderFrames, std::nullopt);
}

TEST(AvcSps, PictureOrderOfType2HasNoReordering) {
    EXPECT_EQ(parsed(mainSps("ue2", "0")).reorderFrames, 0U);
}

TEST(AvcSps, ReadsPictureOrderOfType1) {
    const AvcSps sps = parsed(mainSps("ue1 0 se-3 se4 ue3 se1 se-1 se2", "0"));
    EXPECT_EQ(sps.width, 160U);
    EXPECT_EQ(sps.reorderFrames, std::nullopt);
}

TEST(AvcSps, ReadsScalingLists) {
    // Profile 100, 4:2:0, 8 bits: the first list ends at once, the second has a delta for each of its 16, the rest
    // are absent.
    std::string lists = "1 1 se-8 1";
    for (int i = 0; i < 16; ++i) lists += " se1";
    lists += " 0 0 0 0 0 0";
    const AvcSps sps = parsed(
        bitText("67 64 00 1E", "ue0 ue1 ue0 ue0 0 " + lists + " ue0 ue2 ue1 0 ue9 ue7 1 1 1 ue0 ue0 ue0 ue4 0 1"));
    EXPECT_EQ(sps.width, 160U);
    EXPECT_EQ(sps.height, 120U);
}

TEST(AvcSps, IntraProfilesHaveNoReordering) {
    // High 10 with constraint_set3_flag is High 10 Intra.
    const std::string rest = "ue0 ue1 ue2 ue2 0 0 ue0 ue0 ue0 ue1 0 ue9 ue7 1 1 0 0 1";
    EXPECT_EQ(parsed(bitText("67 6E 10 1E", rest)).reorderFrames, 0U);
    EXPECT_EQ(parsed(bitText("67 6E 00 1E", rest)).reorderFrames, std::nullopt);
}

TEST(AvcSps, AVuiThatIsCutShortIsNotBelieved) {
    // Says that it has timing, and ends.
    const AvcSps sps = parsed(mainSps("ue0 ue0", "1 0 0 0 0 1"));
    EXPECT_EQ(sps.width, 160U);
    EXPECT_EQ(sps.framesPerSecond, std::nullopt);
    EXPECT_EQ(sps.reorderFrames, std::nullopt);
}

TEST(AvcSps, RefusesWhatMakesNoSense) {
    EXPECT_EQ(errorOf(AvcSps::parse({})), "no sequence parameter set");
    EXPECT_EQ(errorOf(AvcSps::parse(hex("68 CB"))), "no sequence parameter set");
    EXPECT_EQ(errorOf(AvcSps::parse(hex("67 42 C0"))), "a sequence parameter set that is cut short");
    const auto sized = [](std::string_view size) {
        return errorOf(AvcSps::parse(bitText(kMain, "ue0 ue0 ue2 ue1 0 " + std::string(size) + " 0 1")));
    };
    EXPECT_EQ(sized("ue4095 ue7 1 1 0"), "");
    EXPECT_EQ(sized("ue4096 ue7 1 1 0"), "a picture of more than 65536 samples in width or height");
    EXPECT_EQ(sized("ue9 ue4294967294 1 1 0"), "a picture of more than 65536 samples in width or height");
    EXPECT_EQ(sized("ue9 ue7 1 1 1 ue40 ue40 ue0 ue0"), "a picture cropped to nothing");
    EXPECT_EQ(sized("ue9 ue7 1 1 1 ue4294967294 ue4294967294 ue0 ue0"), "a picture cropped to nothing");
    EXPECT_EQ(errorOf(AvcSps::parse(bitText(kMain, "ue32 ue0 ue2 ue1 0 ue9 ue7 1 1 0 0 1"))),
              "a sequence parameter set with id 32, chroma format 1, bit depths 8 and 8");
    EXPECT_EQ(
        errorOf(AvcSps::parse(bitText("67 64 00 1E", "ue0 ue1 ue4294967292 ue0 0 0 ue0 ue2 ue1 0 ue9 ue7 1 1 0 0 1"))),
        "a sequence parameter set with id 0, chroma format 1, bit depths 0 and 8");
}

} // namespace
} // namespace hookcast::media
