#pragma once

#include "base/Result.h"
#include "base/TextHash.h"

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// What makes a stream one stream, on every protocol, and what the backends are asked about.
struct StreamKey {
    std::string vhost; ///< as configured
    std::string app;
    std::string stream;

    // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
    auto operator<=>(const StreamKey&) const = default;

    std::string text() const { return vhost + "/" + app + "/" + stream; }

    std::size_t hash() const { return base::hashOf({vhost, app, stream}); }
};

/// Where a stream is on its vhost.
struct StreamPath {
    std::string app; ///< empty where the path has one segment only
    std::string stream;
};

/// Reads `app/stream`: the application is what stands before the last slash, whichever of its parts a client has called
/// its application. Slashes in a row are one, and the default instance (`_definst_`) is the application itself.
///
/// An error: a name that is not UTF-8, which a backend would see as another one; a control character, or one that
/// nobody sees, by which a name looks like another one (base::isControl(), base::isInvisible()); a segment `.` or `..`.
base::Result<StreamPath> readStreamPath(std::string_view path);

/// Why a name cannot be one that backends are asked about (see readStreamPath()); empty when it can.
std::string_view faultIn(std::string_view name);

} // namespace hookcast::hooks
