#pragma once

#include <cstdint>
#include <optional>

namespace hookcast::load {

/// What a process has used so far.
struct ProcessUse {
    double userSeconds = 0;
    double systemSeconds = 0;
    std::uint64_t pssKb = 0; ///< proportional set size, now
};

/// Reads /proc of a process; nothing when it is gone or may not be read.
std::optional<ProcessUse> useOf(int pid);

/// The server's use and the clients' bytes over the time in which all clients were there and settled.
struct Window {
    double seconds = 0;
    std::uint64_t bytes = 0;
    ProcessUse use; ///< the difference; pssKb is that of the end
};

} // namespace hookcast::load
