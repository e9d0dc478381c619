#pragma once

#include <string>

namespace hookcast::config {

/// conf/full.conf: every directive that works with its default, unit, variable and purpose, made from the directive
/// table. It loads without a finding, to what the defaults are.
std::string referenceConfig();

} // namespace hookcast::config
