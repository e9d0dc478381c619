#pragma once

#include "base/Result.h"
#include "srtp/Keying.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

// How the two ends of RTSP over TLS tell each other the keys of SRTP: by MIKEY messages, in descriptions and in SETUP
// (RFC 4567), or by lines of descriptions (RFC 4568).

/// A key out of a KeyMgmt header, of the first one of its alternatives that is MIKEY. An error says what is wrong and
/// holds nothing of the key.
base::Result<srtp::Keying> parseKeyMgmt(std::string_view header);

/// The KeyMgmt header of our key for a track with this URL. `ntpTime`: now.
base::Result<std::string> writeKeyMgmt(std::string_view url, const srtp::Keying& keying, std::uint64_t ntpTime);

/// The same as a line of a description's media section.
base::Result<std::string> writeKeyMgmtLine(const srtp::Keying& keying, std::uint64_t ntpTime);

/// The same in the clear, as FFmpeg wants it.
std::string writeCryptoLine(const srtp::Keying& keying);

/// The key that a publisher tells in the media section of its description, of several the first that can be used; none:
/// it tells none. An error as with parseKeyMgmt().
base::Result<std::optional<srtp::Keying>> keyingIn(std::string_view mediaSection);

} // namespace hookcast::rtsp
