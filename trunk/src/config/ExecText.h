#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::config {

/// The variables of vhost.exec that clients have a say in, and what programs find them as in their environment.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kExecVariables{
    {{"[vhost]", "HOOKCAST_VHOST"},
     {"[app]", "HOOKCAST_APP"},
     {"[stream]", "HOOKCAST_STREAM"},
     {"[url]", "HOOKCAST_URL"},
     {"[tcUrl]", "HOOKCAST_TC_URL"},
     {"[pageUrl]", "HOOKCAST_PAGE_URL"}}};

/// Why a `publish` line must not be run: it puts a variable into the text of a program that a shell or another
/// interpreter reads (`sh -c "... [stream]"`), and whoever names a stream would write that program. Empty when it does
/// not. Knows interpreters by their names, also behind programs that run others (`env`, `sudo`, `timeout`).
std::string execTextFault(const std::vector<std::string>& words);

} // namespace hookcast::config
