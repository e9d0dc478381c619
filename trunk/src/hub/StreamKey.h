#pragma once

#include <compare>
#include <string>

namespace hookcast::hub {

/// What makes a stream one stream, on every protocol.
struct StreamKey {
    std::string vhost;
    std::string app;
    std::string stream;

    auto operator<=>(const StreamKey&) const = default;

    std::string text() const { return vhost + "/" + app + "/" + stream; }
};

} // namespace hookcast::hub
