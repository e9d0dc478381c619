#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtsp/RtspMessage.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookcast::rtsp {

/// Binary data between messages (RFC 2326, 10.12).
struct InterleavedFrame {
    std::uint8_t channel = 0;
    base::ByteSpan payload; ///< valid until the reader's next call, or until the input it came from is gone
};

using RtspItem = std::variant<RtspRequest, RtspResponse, InterleavedFrame>;

/// Reads requests, responses and interleaved frames from a byte stream. Pure: it owns no socket and no thread.
///
/// What comes out does not depend on how the input was split. Memory grows with the bytes that really arrived, never
/// with a length that was only announced: a Content-Length over the limit is refused at the header. Lines may end with
/// CR LF or LF; empty lines between messages are skipped.
class RtspReader {
  public:
    struct Limits {
        std::size_t headerBytes = 16 * 1024; ///< first line and header fields together
        std::size_t bodyBytes = 64 * 1024;
    };

    explicit RtspReader(const Limits& limits) : limits_(limits) {}

    /// Consumes bytes from the front of `input` until an item is complete or `input` is empty. Call it again while it
    /// returns an item. After an error the connection cannot be read any further.
    base::Result<std::optional<RtspItem>> next(base::ByteSpan& input);

    /// After an error: the status that tells the client what it did (400, 413 or 505).
    int errorStatus() const { return errorStatus_; }

  private:
    enum class State { Idle, Frame, Header, Body };

    std::optional<RtspItem> readFrame(base::ByteSpan& input);
    base::Result<std::optional<RtspItem>> readHeader(base::ByteSpan& input);
    std::optional<RtspItem> readBody(base::ByteSpan& input);
    base::Result<void> parseHeader();
    base::Result<void> parseFirstLine(std::string_view line);
    base::Result<void> parseField(std::string_view line, RtspHeaders& headers);
    base::Result<void> readContentLength();
    base::Error fail(int status, std::string message);
    RtspHeaders& headers();
    base::Bytes& body();

    // given
    Limits limits_;

    // state
    State state_ = State::Idle;
    base::Bytes pending_;           ///< of the header or frame that is not complete
    bool frameHandedOut_ = false;   ///< pending_ is a frame that the caller has had
    bool lineHasContent_ = false;   ///< of the header's newest line
    RtspItem message_;              ///< whose body is being read
    std::size_t contentLength_ = 0; ///< of message_
    int errorStatus_ = kBadRequest;
};

} // namespace hookcast::rtsp
