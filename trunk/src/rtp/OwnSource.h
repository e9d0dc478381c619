#pragma once

#include <cstdint>

namespace hookcast::rtp {

/// What the server calls itself in RTCP (RFC 3550, 6.5.1).
inline constexpr const char* kCname = "hookcast";

/// An SSRC for packets of our own (RFC 3550, 8).
std::uint32_t randomSsrc();

} // namespace hookcast::rtp
