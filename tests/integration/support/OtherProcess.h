#pragma once

#include <sys/types.h>

#include <cstdint>

namespace hookcast::integration {

/// An option of the TCP socket that another process, a child of this one, has with the peer at `peerPort` of this
/// machine. Linux 5.6 and later. Throws std::runtime_error when there is no such socket, or the system does not let
/// anybody look.
int socketOption(pid_t process, std::uint16_t peerPort, int level, int option);

} // namespace hookcast::integration
