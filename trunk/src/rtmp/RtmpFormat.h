#pragma once

#include "hub/WireFormat.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace hookcast::rtmp {

/// A stream as RTMP chunks: full headers with absolute timestamps, so that the bytes do not depend on the player, but
/// for the message stream that it plays on. Any thread.
class RtmpFormat final : public hub::WireFormat {
  public:
    RtmpFormat(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId);

    std::string_view name() const override { return name_; }
    std::unique_ptr<hub::WireEncoder> makeEncoder() const override;
    std::uint32_t chunkSizeBytes() const { return chunkSizeBytes_; }

  private:
    std::uint32_t chunkSizeBytes_;
    std::uint32_t messageStreamId_;
    std::string name_;
};

/// The formats in use, one per chunk size and message stream; they live as long as the catalog. Any thread.
class RtmpFormats {
  public:
    const RtmpFormat& of(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId);

  private:
    std::mutex mutex_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, RtmpFormat> formats_;
};

} // namespace hookcast::rtmp
