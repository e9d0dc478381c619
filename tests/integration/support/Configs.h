#pragma once

#include <string>
#include <string_view>

namespace hookcast::integration {

/// A vhost block for `__defaultVhost__` that hands frames to players at once, so that tests need not wait for the
/// flush period. `content` stands in the vhost; it must not hold a `play` block.
std::string defaultVhost(std::string_view content = "");

/// The same for a vhost of its own name.
std::string vhost(std::string_view name, std::string_view content = "");

} // namespace hookcast::integration
