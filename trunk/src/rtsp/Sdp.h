#pragma once

#include "base/Result.h"
#include "media/Codec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::rtsp {

enum class SdpKind : std::uint8_t { Audio, Video, Other };

/// The parameters of a format (a=fmtp): names without regard to case, values as written.
class FormatParameters {
  public:
    /// The value of a parameter; empty when it is not there.
    std::string_view get(std::string_view name) const;

    /// The value as a number; `otherwise` when it is not there or none.
    std::uint32_t number(std::string_view name, std::uint32_t otherwise) const;

    void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }

    bool operator==(const FormatParameters&) const = default;

  private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

/// A media section; of several formats, the first.
struct SdpMedia {
    SdpKind kind = SdpKind::Other;
    std::uint16_t port = 0;
    std::string protocol; ///< "RTP/AVP"
    std::uint8_t payloadType = 0;
    std::string encodingName; ///< as written; static payload types without rtpmap have the standard's name
    std::uint32_t clockRate = 0;
    std::uint32_t channels = 1;
    FormatParameters parameters;
    std::string control; ///< as written: absolute, relative or empty
    std::string text;    ///< the whole section as it came, from "m=" to the end of its last line

    /// None for an encoding that is not depacketized here, which is passed on whole.
    media::Codec codec() const;

    bool operator==(const SdpMedia&) const = default;
};

/// A session description (RFC 4566), as far as RTSP needs it.
struct Sdp {
    std::string sessionName;
    std::string control; ///< of the session level: "*", a URL, or empty
    std::vector<SdpMedia> media;
};

struct SdpLimits {
    std::size_t sizeBytes = 64 * 1024;
    std::size_t lines = 1024;
    std::size_t mediaSections = 16;
};

/// Lenient, as cameras need: CR LF or LF, unknown lines ignored, order not checked, "v=0" not required. An error when a
/// limit is exceeded or an m= line makes no sense.
base::Result<Sdp> parseSdp(std::string_view text, const SdpLimits& limits = {});

} // namespace hookcast::rtsp
