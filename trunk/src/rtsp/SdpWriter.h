#pragma once

#include "base/Bytes.h"
#include "media/AvcConfig.h"
#include "media/Codec.h"
#include "media/HevcConfig.h"
#include "rtsp/Sdp.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::rtsp {

/// A track as a player shall be told of it.
struct TrackDescription {
    media::Codec codec = media::Codec::None;
    std::uint8_t payloadType = 96;
    std::uint32_t clockRate = 90000;
    std::uint32_t channels = 1;   ///< audio
    media::AvcConfig avc;         ///< for Codec::Avc; may lack parameter sets, which then come in band
    media::HevcConfig hevc;       ///< for Codec::Hevc, likewise
    base::Bytes audioConfig;      ///< for Codec::Aac: the AudioSpecificConfig
    std::string publisherSection; ///< for Codec::None: the publisher's media section (SdpMedia::text)
};

/// The payload type and clock rate that hookcast gives a codec: 8, 0 and 14 for PCMA, PCMU and MP3, else 96 for video
/// and 97 for audio. A track of Codec::None keeps the publisher's, which this reads from its section.
TrackDescription describeAvc(const media::AvcConfig& config);
TrackDescription describeHevc(const media::HevcConfig& config);
base::Result<TrackDescription> describeAac(base::ByteSpan audioSpecificConfig);
TrackDescription describeOpus();
TrackDescription describeG711(media::Codec codec); ///< Codec::G711A or Codec::G711U, 8 kHz mono
TrackDescription describeMp3();
base::Result<TrackDescription> describeOpaque(std::string_view publisherSection);

/// What a client gets as the control attribute of track `index`, relative to the Content-Base: "trackID=<index>".
std::string trackControl(std::size_t index);

struct SdpSession {
    std::uint64_t id = 0;      ///< of the origin line; the same for one description
    std::string name;          ///< line breaks become spaces
    std::string serverAddress; ///< IPv4 or IPv6 literal
};

/// The description of a live stream for DESCRIBE.
std::string writeSdp(const SdpSession& session, std::span<const TrackDescription> tracks);

} // namespace hookcast::rtsp
