#include "vod/FlvWalk.h"

#include "base/ByteReader.h"
#include "media/FlvStreamReader.h"

#include <algorithm>

namespace hookcast::vod {

namespace {

constexpr std::size_t kFileHeaderBytes = 9;
constexpr std::size_t kLongestFileHeader = 1024;
constexpr std::size_t kBlockBytes = 4096;
constexpr std::uint8_t kAudio = 8;
constexpr std::uint8_t kVideo = 9;
constexpr std::uint8_t kType = 0x3F; ///< with the bit of an encrypted tag

} // namespace

/// What the file has at that place; less at its end.
base::Result<base::ByteSpan> FlvWalk::look(std::uint64_t offset, std::size_t sizeBytes) {
    const bool isThere = offset >= blockOffset_ && offset + sizeBytes <= blockOffset_ + block_.size();
    if (!isThere) {
        block_.clear();
        blockOffset_ = offset;
        if (const auto read = file_.read(offset, std::max(kBlockBytes, sizeBytes), block_); !read) return read.error();
    }
    const base::ByteSpan rest = base::ByteSpan(block_).subspan(static_cast<std::size_t>(offset - blockOffset_));
    return rest.first(std::min(rest.size(), sizeBytes));
}

base::Result<void> FlvWalk::begin() {
    const auto header = look(0, kFileHeaderBytes);
    if (!header) return header.error();
    base::ByteReader reader(header.value());
    reader.bytes(5); // signature, version, flags
    const std::size_t size = reader.u32();
    if (!reader.ok() || !media::beginsFlv(header.value()) || size < kFileHeaderBytes || size > kLongestFileHeader)
        return base::Error{"no FLV"};
    offset_ = size + kTagEndBytes;
    return {};
}

base::Result<std::optional<FlvWalk::Tag>> FlvWalk::at(std::uint64_t offset) {
    const auto bytes = look(offset, kTagHeaderBytes + kStartBytes);
    if (!bytes) return bytes.error();
    base::ByteReader reader(bytes.value());
    const std::uint8_t type = reader.u8() & kType;
    Tag tag{};
    tag.bodyBytes = reader.u24();
    tag.timeMs = reader.u24();
    tag.timeMs |= std::uint32_t{reader.u8()} << 24U;
    reader.bytes(3); // the stream's id
    tag.offset = offset;
    tag.sizeBytes = kTagHeaderBytes + tag.bodyBytes + kTagEndBytes;
    if (!reader.ok() || offset + tag.sizeBytes > file_.sizeBytes()) return std::optional<Tag>();
    tag.kind = type == kVideo   ? media::FrameKind::Video
               : type == kAudio ? media::FrameKind::Audio
                                : media::FrameKind::Data;
    tag.start = reader.bytes(std::min(tag.bodyBytes, reader.remaining()));
    return std::optional(tag);
}

base::Result<std::optional<FlvWalk::Tag>> FlvWalk::next() {
    auto tag = at(offset_);
    if (tag && tag.value()) offset_ += tag.value()->sizeBytes;
    return tag;
}

base::Result<std::optional<FlvWalk::Tag>> FlvWalk::last() {
    const std::uint64_t size = file_.sizeBytes();
    if (size < kTagEndBytes) return std::optional<Tag>();
    const auto end = look(size - kTagEndBytes, kTagEndBytes);
    if (!end) return end.error();
    base::ByteReader reader(end.value());
    const std::uint64_t tagBytes = std::uint64_t{reader.u32()} + kTagEndBytes;
    if (!reader.ok() || tagBytes < kTagHeaderBytes + kTagEndBytes || tagBytes > size) return std::optional<Tag>();
    auto tag = at(size - tagBytes);
    if (tag && tag.value() && tag.value()->sizeBytes != tagBytes) return std::optional<Tag>();
    return tag;
}

base::Result<base::Bytes> FlvWalk::bodyOf(const Tag& tag) const {
    base::Bytes body;
    if (const auto read = file_.read(tag.offset + kTagHeaderBytes, tag.bodyBytes, body); !read) return read.error();
    return body;
}

} // namespace hookcast::vod
