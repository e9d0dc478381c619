#include "media/HevcSps.h"

#include "media/BitReader.h"
#include "media/HevcNal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hookcast::media {

namespace {

constexpr std::uint32_t kMaxSamples = 65536;
constexpr std::uint32_t kMaxReorderFrames = 16;

/// 0 for one out of range.
std::uint32_t readBitDepth(BitReader& reader) {
    const std::uint32_t over8 = reader.ue();
    return over8 <= 8 ? over8 + 8 : 0;
}

bool isBitDepth(std::uint32_t depth) {
    return depth >= 8 && depth <= 16;
}

/// 7.3.3, with profilePresentFlag 1.
void readProfileTierLevel(BitReader& reader, HevcSps& sps) {
    sps.profileSpace = static_cast<std::uint8_t>(reader.bits(2));
    sps.highTier = reader.flag();
    sps.profileIdc = static_cast<std::uint8_t>(reader.bits(5));
    sps.profileCompatibilityFlags = reader.bits(32);
    for (std::uint8_t& byte : sps.constraintFlags) byte = static_cast<std::uint8_t>(reader.bits(8));
    sps.levelIdc = static_cast<std::uint8_t>(reader.bits(8));

    const unsigned subLayers = sps.temporalLayers - 1;
    if (subLayers == 0) return;
    std::array<bool, 8> hasProfile{};
    std::array<bool, 8> hasLevel{};
    for (unsigned i = 0; i < 8; ++i) {
        hasProfile[i] = reader.flag();
        hasLevel[i] = reader.flag();
    }
    for (unsigned i = 0; i < subLayers; ++i) {
        if (hasProfile[i]) reader.skip(88);
        if (hasLevel[i]) reader.skip(8);
    }
}

base::Result<void> readSize(BitReader& reader, HevcSps& sps) {
    sps.chromaFormatIdc = reader.ue();
    bool separatePlanes = false;
    if (sps.chromaFormatIdc == 3) separatePlanes = reader.flag();
    const std::uint32_t width = reader.ue();
    const std::uint32_t height = reader.ue();
    const bool cropped = reader.flag();
    std::array<std::uint64_t, 4> crop{}; // left, right, top, bottom
    if (cropped) {
        for (std::uint64_t& edge : crop) edge = reader.ue();
    }
    if (width > kMaxSamples || height > kMaxSamples) {
        return base::Error{"a picture of more than 65536 samples in width or height"};
    }
    const bool hasChroma = sps.chromaFormatIdc != 0 && !separatePlanes;
    const std::uint64_t unitX = hasChroma && sps.chromaFormatIdc != 3 ? 2 : 1;
    const std::uint64_t unitY = hasChroma && sps.chromaFormatIdc == 1 ? 2 : 1;
    const std::uint64_t cropX = (crop[0] + crop[1]) * unitX;
    const std::uint64_t cropY = (crop[2] + crop[3]) * unitY;
    if (cropX >= width || cropY >= height) return base::Error{"a picture cropped to nothing"};
    sps.width = static_cast<std::uint32_t>(width - cropX);
    sps.height = static_cast<std::uint32_t>(height - cropY);
    return {};
}

} // namespace

base::Result<HevcSps> HevcSps::parse(base::ByteSpan unit) {
    if (hevcNalType(unit) != HevcNalType::Sps) return base::Error{"no sequence parameter set"};
    BitReader reader = BitReader::ofNalPayload(unit.subspan(2));
    HevcSps sps;
    reader.skip(4); // sps_video_parameter_set_id
    sps.temporalLayers = reader.bits(3) + 1;
    sps.temporalIdNested = reader.flag();
    readProfileTierLevel(reader, sps);
    sps.id = reader.ue();
    const auto size = readSize(reader, sps);
    sps.bitDepthLuma = readBitDepth(reader);
    sps.bitDepthChroma = readBitDepth(reader);
    reader.ue(); // log2_max_pic_order_cnt_lsb_minus4
    // sps_sub_layer_ordering_info_present_flag: told for all layers, or for the highest alone. The highest comes last.
    std::uint32_t reorderFrames = 0;
    for (unsigned left = reader.flag() ? sps.temporalLayers : 1; left > 0; --left) {
        reader.ue();
        reorderFrames = reader.ue();
        reader.ue();
    }
    if (!reader.ok()) return base::Error{"a sequence parameter set that is cut short"};
    if (!size.ok()) return size.error();
    if (sps.temporalLayers > 7 || sps.id > 15 || sps.chromaFormatIdc > 3 || !isBitDepth(sps.bitDepthLuma) ||
        !isBitDepth(sps.bitDepthChroma)) {
        return base::Error{fmt::format("a sequence parameter set with id {}, chroma format {}, bit depths {} and {}",
                                       sps.id, sps.chromaFormatIdc, sps.bitDepthLuma, sps.bitDepthChroma)};
    }
    sps.reorderFrames = std::min(reorderFrames, kMaxReorderFrames);
    return sps;
}

} // namespace hookcast::media
