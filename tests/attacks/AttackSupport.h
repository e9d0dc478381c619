#pragma once

#include <string>
#include <string_view>

namespace hookcast::attacks {

/// Top-level directives under which 127.0.0.1, where all attacks come from, is an address like any other.
std::string withoutExemption(std::string_view config);

} // namespace hookcast::attacks
