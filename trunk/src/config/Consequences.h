#pragma once

#include <string_view>

namespace hookcast::config {

/// What changes for a user whose configuration holds a directive that has no effect here: its own line, else that of
/// the block it stands in, else a general one. `path` as pathOf() writes it.
std::string_view consequenceOf(std::string_view path);

} // namespace hookcast::config
