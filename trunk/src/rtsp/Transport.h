#pragma once

#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtsp {

/// Two ports or channels: RTP on the first, RTCP on the second. A single number means that one and the next.
struct NumberPair {
    std::uint16_t rtp = 0;
    std::uint16_t rtcp = 0;

    bool operator==(const NumberPair&) const = default;
};

/// One way to send RTP, out of a Transport header (RFC 2326, 12.39).
struct Transport {
    enum class Lower : std::uint8_t { Udp, Tcp };
    enum class Mode : std::uint8_t { Play, Record };

    Lower lower = Lower::Udp;
    bool isSecure = false;                 ///< RTP/SAVP: SRTP (RFC 3711)
    bool multicast = false;                ///< only when it is written: the standard's default is not what clients mean
    Mode mode = Mode::Play;                ///< RECORD in any case, and "receive" of old clients, are Mode::Record
    std::optional<NumberPair> interleaved; ///< channels, at most 255
    std::optional<NumberPair> clientPort;
    std::optional<NumberPair> serverPort;
    std::optional<std::uint32_t> ssrc;

    bool operator==(const Transport&) const = default;
};

/// The alternatives of a Transport header that are RTP/AVP or RTP/SAVP, over UDP or TCP, in the client's order of
/// preference. Others are left out, so the result may be empty (461 is the answer); parameters not known here are
/// ignored.
base::Result<std::vector<Transport>> parseTransports(std::string_view header);

/// One alternative, as a response has it.
std::string writeTransport(const Transport& transport);

} // namespace hookcast::rtsp
