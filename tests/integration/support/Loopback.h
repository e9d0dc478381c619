#pragma once

#include "support/Descriptor.h"

#include <netinet/in.h>

#include <cstdint>

/// Sockets between processes of this machine.
namespace hookcast::integration {

sockaddr_in loopback(std::uint16_t port);

/// A socket of this type, SOCK_STREAM or SOCK_DGRAM, at `port`; 0: at one that is free. Not valid when it is taken.
Descriptor boundSocket(int type, std::uint16_t port = 0);

/// A socket of this type that what listens at `port` is connected to. Not valid when nothing does.
Descriptor connectedSocket(int type, std::uint16_t port);

/// Of a socket that is bound.
std::uint16_t portOf(const Descriptor& socket);

} // namespace hookcast::integration
