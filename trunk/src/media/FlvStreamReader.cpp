#include "media/FlvStreamReader.h"

#include "base/ByteReader.h"
#include "media/FlvTag.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookcast::media {

namespace {

constexpr std::string_view kSignature = "FLV";
constexpr std::size_t kTagHeaderBytes = 11;
constexpr std::size_t kTagEndBytes = 4; ///< the size of the tag before, which some senders leave 0
constexpr std::size_t kLongestFileHeader = 1024;

constexpr std::uint8_t kAudio = 8;
constexpr std::uint8_t kVideo = 9;
constexpr std::uint8_t kScript = 18;
constexpr std::uint8_t kTypeAndFilter = 0x3F; ///< with the bit of an encrypted tag

/// At a text of AMF0 with its type; what stands behind it is left in `body`. Empty where there is none.
std::string_view takeText(base::ByteSpan& body) {
    constexpr std::uint8_t kText = 2;
    base::ByteReader reader(body);
    if (reader.u8() != kText) return {};
    const std::string_view text = base::asText(reader.bytes(reader.u16()));
    if (!reader.ok()) return {};
    body = reader.rest();
    return text;
}

} // namespace

bool beginsFlv(base::ByteSpan bytes) {
    return base::asText(bytes.first(std::min(bytes.size(), kSignature.size()))) == kSignature;
}

base::Result<std::optional<ConvertedFrame>> FlvStreamReader::next(base::ByteSpan& input) {
    for (;;) {
        const std::size_t taken = std::min(wanted_ - part_.size(), input.size());
        part_.insert(part_.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(taken));
        input = input.subspan(taken);
        if (part_.size() < wanted_) return std::optional<ConvertedFrame>();
        auto frame = takePart();
        if (!frame || frame.value()) return frame;
    }
}

void FlvStreamReader::await(Stage stage, std::size_t bytes) {
    stage_ = stage;
    wanted_ = bytes;
    part_.clear();
}

base::Result<std::optional<ConvertedFrame>> FlvStreamReader::takePart() {
    std::optional<ConvertedFrame> frame;
    switch (stage_) {
    case Stage::FileHeader:
        if (const auto read = readFileHeader(); !read) return read.error();
        break;
    case Stage::Gap: await(Stage::TagHeader, kTagHeaderBytes); break;
    case Stage::TagHeader: readTagHeader(); break;
    case Stage::Body:
        frame = frameOf();
        await(Stage::TagHeader, kTagHeaderBytes);
        break;
    }
    return frame;
}

base::Result<void> FlvStreamReader::readFileHeader() {
    base::ByteReader reader(part_);
    reader.bytes(5); // signature, version, flags: what comes tells more
    const std::size_t headerBytes = reader.u32();
    if (!beginsFlv(part_) || headerBytes < kFileHeaderBytes || headerBytes > kLongestFileHeader)
        return base::Error{"no FLV"};
    await(Stage::Gap, headerBytes - kFileHeaderBytes + kTagEndBytes);
    return {};
}

void FlvStreamReader::readTagHeader() {
    base::ByteReader reader(part_);
    type_ = reader.u8() & kTypeAndFilter;
    const std::size_t bodyBytes = reader.u24();
    timestampMs_ = reader.u24();
    timestampMs_ |= std::uint32_t{reader.u8()} << 24U;
    await(Stage::Body, bodyBytes + kTagEndBytes);
}

std::optional<ConvertedFrame> FlvStreamReader::frameOf() {
    part_.erase(part_.end() - static_cast<std::ptrdiff_t>(kTagEndBytes), part_.end());
    if (part_.empty()) return std::nullopt;
    ConvertedFrame frame;
    frame.timestampMs = timestampMs_;
    if (type_ == kAudio) {
        frame.kind = FrameKind::Audio;
        frame.role = audioRole(part_);
    } else if (type_ == kVideo) {
        frame.kind = FrameKind::Video;
        frame.role = videoRole(part_);
    } else if (type_ == kScript) {
        base::ByteSpan rest = part_;
        if (takeText(rest) == "@setDataFrame")
            part_.erase(part_.begin(), part_.end() - static_cast<std::ptrdiff_t>(rest.size()));
        rest = part_;
        if (takeText(rest) != "onMetaData") return std::nullopt;
        frame.kind = FrameKind::Data;
        frame.role = FrameRole::Metadata;
    } else {
        return std::nullopt;
    }
    frame.body = std::exchange(part_, {});
    return frame;
}

} // namespace hookcast::media
