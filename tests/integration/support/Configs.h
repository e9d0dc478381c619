#pragma once

#include <map>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A vhost block for `__defaultVhost__` that hands frames to players at once, so that tests need not wait for the
/// flush period. `content` stands in the vhost; what it says in a `play` block of its own stands beside that.
std::string defaultVhost(std::string_view content = "");

/// The same for a vhost of its own name.
std::string vhost(std::string_view name, std::string_view content = "");

/// For HookcastServer: players see the publisher's own times.
inline const std::map<std::string, std::string> kPublishersTimes = {{"SRS_VHOST_PLAY_TIME_JITTER", "off"}};

} // namespace hookcast::integration
