#pragma once

#include <string>
#include <vector>

namespace hookcast::app {

/// `hookcast hook ...`: what it does beside a server, to its backends. `arguments`: those behind `hook`. Prints to the
/// standard streams, and returns the exit code: that of HookTest or HookReplay, and 2 where the command line makes no
/// sense.
int runHookCommand(const std::vector<std::string>& arguments);

} // namespace hookcast::app
