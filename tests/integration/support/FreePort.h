#pragma once

#include <cstdint>

namespace hookcast::integration {

/// A TCP port of 127.0.0.1 that nobody listens on at this moment, for a program that cannot say which one the system
/// gave it. It lies outside the range from which the system takes ports for outgoing connections. Another test may
/// take it first: who uses it tries again. Throws std::runtime_error when there is none.
std::uint16_t findFreePort();

} // namespace hookcast::integration
