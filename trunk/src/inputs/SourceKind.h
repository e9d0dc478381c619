#pragma once

#include "config/Protocol.h"

#include <string>
#include <string_view>

namespace hookcast::inputs {

/// What libavformat may do for a source. It opens what it is told by URLs, redirects and playlists, local files among
/// them; so each scheme names the protocols and formats that it needs, and no others.
struct SourceKind {
    bool isFile = false;
    config::Protocol protocol = config::Protocol::Rtmp; ///< what the hooks are told that it publishes with
    std::string_view protocols;                         ///< libavformat's protocol_whitelist
    std::string_view formats;                           ///< libavformat's format_whitelist
    bool mayBeFlv = false;                              ///< where it is, its tags are taken as they are
};

/// For a source that config::isCaptureSource() takes.
SourceKind sourceKindOf(const std::string& url);

} // namespace hookcast::inputs
