#pragma once

#include "config/DirectiveRow.h"

#include <string>
#include <vector>

namespace hookcast::config {

/// The value of a working directive in a configuration, as it would stand in a file, once per occurrence; empty where
/// there is nothing to write.
std::vector<std::string> valueTexts(const DirectiveRow& row, Scope scope);

/// Words as they would stand behind a name, blanks between them.
std::string wordsText(const std::vector<std::string>& words);

} // namespace hookcast::config
