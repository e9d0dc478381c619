#pragma once

#include <string>

namespace hookcast::base {

/// As the system calls this machine; `localhost` where it does not say. Any thread.
std::string hostName();

} // namespace hookcast::base
