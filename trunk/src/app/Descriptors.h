#pragma once

#include "config/Config.h"

#include <cstddef>

namespace hookcast::app {

/// How many clients the process has file descriptors for, at most max_connections. Raises the process's own limit as
/// far as it can. What hook calls, the control interface, files and recordings need is not the clients'.
struct Descriptors {
    std::size_t given = 0;    ///< by the system
    std::size_t reserved = 0; ///< not for clients
    std::size_t clients = 0;

    static Descriptors of(const config::Config& config);
};

} // namespace hookcast::app
