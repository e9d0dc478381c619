#pragma once

namespace hookcast::mock {

/// The page at `/`: HTML, style and script in one, which lists the calls as they come.
extern const char* const kIndexPage;

/// Its Content-Security-Policy: nothing is loaded from anywhere, and only this server is asked.
extern const char* const kIndexPagePolicy;

} // namespace hookcast::mock
