#pragma once

#include "config/Config.h"

#include <string>

namespace hookcast::app {

/// Why a server could not start with `config`, whose checks have found no error, for a reason that stands in it: empty,
/// or what the start would say. Tries, in a process of its own, which leaves nothing behind, what the start does before
/// it binds anything. What depends on who starts the server is tried by root alone, as others may ask about a
/// configuration that is not theirs. To be called before the first thread; throws std::runtime_error where there is no
/// room for a process.
std::string faultInStart(const config::Config& config);

} // namespace hookcast::app
