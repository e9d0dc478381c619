#pragma once

#include <cstdint>

namespace hookcast::control {

/// What Prometheus' own libraries tell of a process; 0 for what the system does not tell.
struct ProcessFigures {
    double cpuSeconds = 0; ///< user and system
    std::uint64_t residentBytes = 0;
    std::uint64_t virtualBytes = 0;
    std::uint64_t openDescriptors = 0;
    std::uint64_t mostDescriptors = 0;
    double startedAtUnixS = 0;
};

/// Of this process. It reads files: not on a loop.
ProcessFigures processFigures();

} // namespace hookcast::control
