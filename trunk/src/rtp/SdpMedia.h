#pragma once

#include "base/Bytes.h"
#include "media/AvcConfig.h"
#include "media/Codec.h"
#include "media/HevcConfig.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::rtp {

enum class SdpKind : std::uint8_t { Audio, Video, Other };

/// The parameters of a format (a=fmtp): names without regard to case, values as written.
class FormatParameters {
  public:
    using Entry = std::pair<std::string, std::string>;

    /// The value of a parameter; empty when it is not there.
    std::string_view get(std::string_view name) const;

    /// The value as a number; `otherwise` when it is not there or none.
    std::uint32_t number(std::string_view name, std::uint32_t otherwise) const;

    void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
    const std::vector<Entry>& entries() const { return entries_; }

    bool operator==(const FormatParameters&) const = default;

  private:
    std::vector<Entry> entries_;
};

/// A media section; of several formats, the first.
struct SdpMedia {
    SdpKind kind = SdpKind::Other;
    std::uint16_t port = 0;
    std::string protocol;         ///< "RTP/AVP"; other sections have no format below
    std::uint8_t payloadType = 0; ///< 0 to 127
    std::string encodingName;     ///< as written; a static payload type without rtpmap has the standard's name
    std::uint32_t clockRate = 0;  ///< never 0 with RTP: 90000 or, for audio, 8000 when it is not told
    std::uint32_t channels = 1;
    FormatParameters parameters;
    std::string control; ///< as written: absolute, relative or empty
    std::string text;    ///< the whole section as it came, from "m=" to the end of its last line

    /// None for an encoding that is not understood here, whose packets are passed on whole.
    media::Codec codec() const;

    /// The parameter sets that the format parameters tell (RFC 6184, 8.1: sprop-parameter-sets; RFC 7798, 7.1:
    /// sprop-vps, sprop-sps, sprop-pps). What cannot be read is left out, so the result may not be complete().
    media::AvcConfig avcConfig() const;
    media::HevcConfig hevcConfig() const;

    /// mpeg4-generic's AudioSpecificConfig (RFC 3640, 4.1: config). Where there is none that can be read, that of
    /// AAC-LC with the clock rate and the channels of the section; empty when those are none of AAC's.
    base::Bytes aacConfig() const;

    /// The parameter `config` of MPEG-4 payloads as it came; empty when there is none.
    base::Bytes configBytes() const;

    /// Whether MP4A-LATM tells its configuration here, and not in its packets (RFC 6416, 7.3: cpresent).
    bool hasLatmConfig() const { return parameters.number("cpresent", 1) == 0; }

    bool operator==(const SdpMedia&) const = default;
};

} // namespace hookcast::rtp
