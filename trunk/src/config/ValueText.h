#pragma once

#include "config/DirectiveRow.h"

#include <string>

namespace hookcast::config {

/// The value of a working directive in a configuration, as it would stand in a file; empty where there is nothing to
/// write.
std::string valueText(const DirectiveRow& row, Scope scope);

} // namespace hookcast::config
