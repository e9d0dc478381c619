#pragma once

#include "base/Result.h"
#include "rtsp/RtspMessage.h"
#include "srtp/Keying.h"
#include "srtp/Protection.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// What a SETUP of SRTP comes to.
struct KeyGrant {
    std::unique_ptr<srtp::Protection> protection;
    std::string keyMgmt; ///< the answer's header; empty: it needs none
};

/// The key that a SETUP brings; none: it brings none. An error: it cannot be used.
base::Result<std::optional<srtp::Keying>> clientsKey(const RtspRequest& request);

/// `tellsOurs`: in the answer's header. `ntpTime`: now.
base::Result<KeyGrant> grant(const RtspRequest& request, const srtp::Keying& ours, const srtp::Keying& theirs,
                             bool tellsOurs, std::uint64_t ntpTime);

/// To a publisher, whose key is in the request or in its description's section of the track.
base::Result<KeyGrant> grantPublisher(const RtspRequest& request, std::string_view section, std::uint64_t ntpTime);

} // namespace hookcast::rtsp
