#pragma once

#include <string>

namespace hookcast::mock {

/// The page at `/`: HTML, style and script in one, which lists the calls as they come and edits the rules.
std::string indexPage();

/// Its Content-Security-Policy: nothing is loaded from anywhere, and only this server is asked.
extern const char* const kIndexPagePolicy;

} // namespace hookcast::mock
