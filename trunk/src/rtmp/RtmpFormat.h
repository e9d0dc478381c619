#pragma once

#include "hub/WireFormat.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace hookcast::rtmp {

/// A stream as RTMP chunks: full headers with absolute timestamps on one message stream, so that the bytes do not
/// depend on the player. Any thread.
class RtmpFormat final : public hub::WireFormat {
  public:
    explicit RtmpFormat(std::uint32_t chunkSizeBytes);

    std::string_view name() const override { return name_; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;
    std::uint32_t chunkSizeBytes() const { return chunkSizeBytes_; }

  private:
    std::uint32_t chunkSizeBytes_;
    std::string name_;
};

/// The formats in use, one per chunk size; they live as long as the catalog. Any thread.
class RtmpFormats {
  public:
    const RtmpFormat& withChunkSize(std::uint32_t chunkSizeBytes);

  private:
    std::mutex mutex_;
    std::map<std::uint32_t, RtmpFormat> formats_;
};

} // namespace hookcast::rtmp
