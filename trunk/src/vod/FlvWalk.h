#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "files/ServedFile.h"
#include "media/Frame.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::vod {

/// Goes through an FLV file from tag to tag and reads no more of each than its beginning. Waits for the disk.
class FlvWalk {
  public:
    struct Tag {
        media::FrameKind kind;
        std::uint32_t timeMs;
        std::uint64_t offset;
        std::uint64_t sizeBytes; ///< in the file, header and the size behind it included
        std::size_t bodyBytes;
        base::ByteSpan start; ///< of the body, kStartBytes at most; valid until the next call
    };
    static constexpr std::size_t kStartBytes = 64;
    static constexpr std::size_t kTagHeaderBytes = 11;
    static constexpr std::size_t kTagEndBytes = 4;

    explicit FlvWalk(const files::ServedFile& file) : file_(file) {}

    /// Reads the file's header, and stands before the first tag.
    base::Result<void> begin();

    /// The next whole tag; nothing at the end, or where there is none to be read.
    base::Result<std::optional<Tag>> next();

    /// Behind the tag that was told last.
    std::uint64_t offset() const { return offset_; }

    /// The last whole tag of the file, by the size that stands at its end; nothing where that is none.
    base::Result<std::optional<Tag>> last();

    /// The whole body of a tag.
    base::Result<base::Bytes> bodyOf(const Tag& tag) const;

  private:
    base::Result<std::optional<Tag>> at(std::uint64_t offset);
    base::Result<base::ByteSpan> look(std::uint64_t offset, std::size_t sizeBytes);

    // given
    const files::ServedFile& file_;
    // state
    std::uint64_t offset_ = 0;
    base::Bytes block_; ///< of the file
    std::uint64_t blockOffset_ = 0;
};

} // namespace hookcast::vod
