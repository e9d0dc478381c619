#pragma once

#include "base/Result.h"
#include "rtsp/RtspMessage.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// The Session header (RFC 2326, 12.37).
struct SessionField {
    std::string id;
    std::optional<std::uint32_t> timeoutSec;

    bool operator==(const SessionField&) const = default;
};

base::Result<SessionField> parseSession(std::string_view header);
std::string writeSession(const SessionField& session);

/// What the client takes nothing without, tags with commas between them, of all Require and Proxy-Require headers (RFC
/// 2326, 12.32 and 12.27); empty: nothing. This server knows none of them.
std::string requiredOptions(const RtspHeaders& headers);

/// The Range header in normal play time (RFC 2326, 12.29 and 3.6); a live stream's position is "now".
struct NptRange {
    std::optional<double> beginSec; ///< none: now, or from where it stands
    std::optional<double> endSec;   ///< none: open

    bool operator==(const NptRange&) const = default;
};

/// An error for other units (smpte, clock): 457 is the answer.
base::Result<NptRange> parseRange(std::string_view header);
std::string writeRange(const NptRange& range);

/// One stream in an RTP-Info header (RFC 2326, 12.33): where its RTP begins.
struct RtpInfo {
    std::string url;
    std::optional<std::uint16_t> sequence;
    std::optional<std::uint32_t> rtpTimestamp;
};

std::string writeRtpInfo(std::span<const RtpInfo> streams);

} // namespace hookcast::rtsp
