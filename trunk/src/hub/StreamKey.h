#pragma once

#include <compare>
#include <string>

namespace hookcast::hub {

/// What makes a stream one stream, on every protocol.
struct StreamKey {
    std::string vhost;
    std::string app;
    std::string stream;

    // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
    auto operator<=>(const StreamKey&) const = default;

    std::string text() const { return vhost + "/" + app + "/" + stream; }
};

} // namespace hookcast::hub
