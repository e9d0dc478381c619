#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/PacketConverter.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::media {

/// Cuts an FLV stream (FLV 10.1, annex E) into frames, each byte for byte as it stands in its tag, whatever its codec:
/// what Enhanced RTMP brings, too. Belongs to one thread.
class FlvStreamReader {
  public:
    /// Takes bytes from the front of `input`, and returns the next frame once it is whole, or nothing when `input` is
    /// used up. Data tags that are no metadata, encrypted tags and those of other types are passed over. After an
    /// Error, what follows cannot be read.
    base::Result<std::optional<ConvertedFrame>> next(base::ByteSpan& input);

  private:
    enum class Stage : std::uint8_t { FileHeader, Gap, TagHeader, Body };

    base::Result<std::optional<ConvertedFrame>> takePart();
    base::Result<void> readFileHeader();
    void readTagHeader();
    std::optional<ConvertedFrame> frameOf();
    void await(Stage stage, std::size_t bytes);

    // state
    Stage stage_ = Stage::FileHeader;
    std::size_t wanted_ = kFileHeaderBytes; ///< of this stage
    base::Bytes part_;                      ///< what is there of it
    std::uint8_t type_ = 0;                 ///< of the tag
    std::uint32_t timestampMs_ = 0;

    static constexpr std::size_t kFileHeaderBytes = 9;
};

/// Whether an FLV stream begins with these bytes, of which there are three at least.
bool beginsFlv(base::ByteSpan bytes);

} // namespace hookcast::media
