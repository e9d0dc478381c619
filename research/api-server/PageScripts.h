#pragma once

namespace hookcast::mock {

/// What runs in the page at `/`, in this order, in one scope.
extern const char* const kCurlScript;  ///< a call as a line for a shell
extern const char* const kRulesScript; ///< lists and edits the rules
extern const char* const kCallsScript; ///< lists the calls as they come, and begins to

} // namespace hookcast::mock
