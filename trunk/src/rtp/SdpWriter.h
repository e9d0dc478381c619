#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/AvcConfig.h"
#include "media/Codec.h"
#include "media/HevcConfig.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hookcast::rtp {

/// A track as a player is told of it. The functions below make one for each codec.
struct TrackDescription {
    media::Codec codec = media::Codec::None;
    std::uint8_t payloadType = 0;
    std::uint32_t clockRate = 0;
    std::string section; ///< of the SDP, without its control attribute
};

/// PCMA, PCMU and MP3 have the payload types 8, 0 and 14. Parameter sets that `config` lacks must come in band.
TrackDescription describeAvc(const media::AvcConfig& config, std::uint8_t payloadType);
TrackDescription describeHevc(const media::HevcConfig& config, std::uint8_t payloadType);
base::Result<TrackDescription> describeAac(base::ByteSpan audioSpecificConfig, std::uint8_t payloadType);
TrackDescription describeOpus(std::uint8_t payloadType);
TrackDescription describeG711(media::Codec codec); ///< Codec::G711A or Codec::G711U, 8 kHz mono
TrackDescription describeMp3();

/// A codec that is passed on whole: the publisher's section (SdpMedia::text), payload type and clock rate, without what
/// concerns the publisher's connection.
base::Result<TrackDescription> describeOpaque(std::string_view publisherSection);

struct SdpSession {
    std::uint64_t id = 0;      ///< of the origin line
    std::string name;          ///< control characters become spaces
    std::string serverAddress; ///< an IPv4 or IPv6 literal
};

/// The description of a live stream. Track i has the control attribute trackControl(i).
std::string writeSdp(const SdpSession& session, std::span<const TrackDescription> tracks);

/// Makes of a track one of SRTP (RTP/SAVP), with the lines that tell of its key.
void protect(TrackDescription& track, std::string_view keyLines);

/// "trackID=<index>", relative to the Content-Base.
std::string trackControl(std::size_t index);

} // namespace hookcast::rtp
