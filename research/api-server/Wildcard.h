#pragma once

#include <string_view>

namespace hookcast::mock {

/// Whether all of `text` fits `pattern`, where `*` stands for any text, also none, and `?` for one character (of
/// UTF-8; one byte where the text is not UTF-8). Takes at most pattern times text steps.
bool matchesWildcard(std::string_view pattern, std::string_view text);

} // namespace hookcast::mock
