#include "media/AvcSps.h"

#include "media/AvcNal.h"
#include "media/BitReader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hookcast::media {

namespace {

/// MaxDpbFrames never exceeds it (H.264, A.3.1).
constexpr std::uint32_t kMaxReorderFrames = 16;

/// 65,536 samples in either direction: more than any level allows.
constexpr std::uint32_t kMaxMacroblocks = 4096;

constexpr std::uint8_t kBaselineProfile = 66;
constexpr std::uint8_t kCavlc444IntraProfile = 44;

/// Profiles whose SPS tells the chroma format and bit depth (7.3.2.1.1).
bool hasChromaFormat(std::uint8_t profileIdc) {
    constexpr std::array<std::uint8_t, 13> kProfiles{100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
    return std::ranges::find(kProfiles, profileIdc) != kProfiles.end();
}

/// Profiles that constraint_set3_flag makes intra-only (A.2.8 to A.2.11), where reordering is inferred to be none
/// (E.2.1).
bool isIntraOnly(const AvcSps& sps) {
    constexpr std::array<std::uint8_t, 5> kProfiles{86, 100, 110, 122, 244};
    constexpr unsigned kConstraintSet3 = 0x10;
    return sps.profileIdc == kCavlc444IntraProfile || ((sps.constraintFlags & kConstraintSet3) != 0 &&
                                                       std::ranges::find(kProfiles, sps.profileIdc) != kProfiles.end());
}

/// 0 for one out of range.
std::uint32_t readBitDepth(BitReader& reader) {
    const std::uint32_t over8 = reader.ue();
    return over8 <= 8 ? over8 + 8 : 0;
}

bool isBitDepth(std::uint32_t depth) {
    return depth >= 8 && depth <= 14;
}

/// 7.3.2.1.1.1.
void skipScalingList(BitReader& reader, unsigned size) {
    std::int32_t last = 8;
    std::int32_t next = 8;
    for (unsigned i = 0; i < size && reader.ok(); ++i) {
        if (next != 0)
            next = static_cast<std::int32_t>(
                (static_cast<std::uint32_t>(last + 256) + static_cast<std::uint32_t>(reader.se())) % 256U);
        if (next != 0) last = next;
    }
}

void readChromaFormat(BitReader& reader, AvcSps& sps, bool& separatePlanes) {
    sps.chromaFormatIdc = reader.ue();
    if (sps.chromaFormatIdc == 3) separatePlanes = reader.flag();
    sps.bitDepthLuma = readBitDepth(reader);
    sps.bitDepthChroma = readBitDepth(reader);
    reader.skip(1); // qpprime_y_zero_transform_bypass_flag
    if (!reader.flag()) return;
    const unsigned lists = sps.chromaFormatIdc == 3 ? 12 : 8;
    for (unsigned i = 0; i < lists && reader.ok(); ++i) {
        if (reader.flag()) skipScalingList(reader, i < 6 ? 16 : 64);
    }
}

/// Returns pic_order_cnt_type.
std::uint32_t readPictureOrder(BitReader& reader) {
    const std::uint32_t type = reader.ue();
    if (type == 0) {
        reader.ue();
    } else if (type == 1) {
        reader.skip(1);
        reader.se();
        reader.se();
        for (std::uint32_t left = reader.ue(); left > 0 && reader.ok(); --left) reader.se();
    }
    return type;
}

base::Result<void> readSize(BitReader& reader, AvcSps& sps, bool separatePlanes) {
    const std::uint32_t widthInMacroblocks = reader.ue() + 1;
    const std::uint32_t heightInMapUnits = reader.ue() + 1;
    const bool framesOnly = reader.flag();
    if (!framesOnly) reader.skip(1);
    reader.skip(1); // direct_8x8_inference_flag
    const bool cropped = reader.flag();
    std::array<std::uint64_t, 4> crop{}; // left, right, top, bottom
    if (cropped) {
        for (std::uint64_t& edge : crop) edge = reader.ue();
    }
    if (widthInMacroblocks - 1 >= kMaxMacroblocks || heightInMapUnits - 1 >= kMaxMacroblocks) {
        return base::Error{"a picture of more than 65536 samples in width or height"};
    }
    const unsigned fieldFactor = framesOnly ? 1 : 2;
    const bool hasChroma = sps.chromaFormatIdc != 0 && !separatePlanes;
    const std::uint64_t cropUnitX = hasChroma && sps.chromaFormatIdc != 3 ? 2 : 1;
    const std::uint64_t cropUnitY = (hasChroma && sps.chromaFormatIdc == 1 ? 2 : 1) * fieldFactor;
    const std::uint64_t width = widthInMacroblocks * std::uint64_t{16};
    const std::uint64_t height = heightInMapUnits * std::uint64_t{16} * fieldFactor;
    const std::uint64_t cropX = (crop[0] + crop[1]) * cropUnitX;
    const std::uint64_t cropY = (crop[2] + crop[3]) * cropUnitY;
    if (cropX >= width || cropY >= height) return base::Error{"a picture cropped to nothing"};
    sps.width = static_cast<std::uint32_t>(width - cropX);
    sps.height = static_cast<std::uint32_t>(height - cropY);
    return {};
}

/// E.1.2.
void skipHrd(BitReader& reader) {
    const std::uint32_t schedules = reader.ue() + 1;
    reader.skip(8);
    for (std::uint32_t i = 0; i < schedules && reader.ok(); ++i) {
        reader.ue();
        reader.ue();
        reader.skip(1);
    }
    reader.skip(20);
}

/// E.1.1. Cameras write broken ones, so what cannot be read to the end is not believed.
void readVui(BitReader& reader, AvcSps& sps) {
    constexpr std::uint32_t kExtendedAspectRatio = 255;
    if (reader.flag() && reader.bits(8) == kExtendedAspectRatio) reader.skip(32);
    if (reader.flag()) reader.skip(1); // overscan
    if (reader.flag()) {               // video signal
        reader.skip(4);
        if (reader.flag()) reader.skip(24);
    }
    if (reader.flag()) { // chroma location
        reader.ue();
        reader.ue();
    }
    if (reader.flag()) { // timing
        const double unitsInTick = reader.bits(32);
        const double timeScale = reader.bits(32);
        reader.skip(1);
        if (reader.ok() && unitsInTick > 0 && timeScale > 0) sps.framesPerSecond = timeScale / (2 * unitsInTick);
    }
    const bool hasNalHrd = reader.flag();
    if (hasNalHrd) skipHrd(reader);
    const bool hasVclHrd = reader.flag();
    if (hasVclHrd) skipHrd(reader);
    if (hasNalHrd || hasVclHrd) reader.skip(1);
    reader.skip(1);             // pic_struct_present_flag
    if (!reader.flag()) return; // bitstream_restriction_flag
    reader.skip(1);
    for (int i = 0; i < 4; ++i) reader.ue();
    const std::uint32_t reorderFrames = reader.ue();
    reader.ue();
    if (reader.ok() && reorderFrames <= kMaxReorderFrames) sps.reorderFrames = reorderFrames;
}

} // namespace

base::Result<AvcSps> AvcSps::parse(base::ByteSpan unit) {
    if (avcNalType(unit) != AvcNalType::Sps) return base::Error{"no sequence parameter set"};
    BitReader reader = BitReader::ofNalPayload(unit.subspan(1));
    AvcSps sps;
    sps.profileIdc = static_cast<std::uint8_t>(reader.bits(8));
    sps.constraintFlags = static_cast<std::uint8_t>(reader.bits(8));
    sps.levelIdc = static_cast<std::uint8_t>(reader.bits(8));
    sps.id = reader.ue();
    bool separatePlanes = false;
    if (hasChromaFormat(sps.profileIdc)) readChromaFormat(reader, sps, separatePlanes);
    reader.ue(); // log2_max_frame_num_minus4
    const std::uint32_t pictureOrderType = readPictureOrder(reader);
    reader.ue(); // max_num_ref_frames
    reader.skip(1);
    const auto size = readSize(reader, sps, separatePlanes);
    const bool hasVui = reader.flag();
    if (!reader.ok()) return base::Error{"a sequence parameter set that is cut short"};
    if (!size.ok()) return size.error();
    if (sps.id > 31 || sps.chromaFormatIdc > 3 || !isBitDepth(sps.bitDepthLuma) || !isBitDepth(sps.bitDepthChroma)) {
        return base::Error{fmt::format("a sequence parameter set with id {}, chroma format {}, bit depths {} and {}",
                                       sps.id, sps.chromaFormatIdc, sps.bitDepthLuma, sps.bitDepthChroma)};
    }
    if (pictureOrderType == 2 || sps.profileIdc == kBaselineProfile || isIntraOnly(sps)) sps.reorderFrames = 0;
    if (hasVui) readVui(reader, sps);
    return sps;
}

} // namespace hookcast::media
