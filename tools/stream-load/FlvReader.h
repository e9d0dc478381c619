#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/Message.h"

#include <cstddef>
#include <optional>

namespace hookcast::load {

/// Turns the bytes of an FLV stream, split anywhere, into the messages that RTMP would carry (FLV 10.1, annex E). Pure.
class FlvReader {
  public:
    /// Takes bytes from the front of `input` up to the end of the next tag and gives it; else takes all of `input` and
    /// gives nothing. An error is for good.
    base::Result<std::optional<rtmp::Message>> next(base::ByteSpan& input);

  private:
    bool gather(base::ByteSpan& input, std::size_t size);

    base::Bytes gathered_; ///< of the part that is being read
    bool sawHeader_ = false;
    bool inBody_ = false;
    std::size_t bodyBytes_ = 0;
    rtmp::Message message_;
};

} // namespace hookcast::load
