#pragma once

#include <string>
#include <string_view>

namespace hookcast::config {

/// Whether the grammar has a way to write `word` as one word. It has no escapes, so a word that needs quotes cannot
/// hold both kinds; nor can it be empty or hold a NUL byte.
bool isWritable(std::string_view word);

/// `word` as it stands in a configuration file, in quotes where it needs them. Only for words that are writable.
std::string written(std::string_view word);

} // namespace hookcast::config
