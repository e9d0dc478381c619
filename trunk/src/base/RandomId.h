#pragma once

#include <cstddef>
#include <string>

namespace hookcast::base {

/// `length` random characters of [0-9a-z], from the system's entropy: the form of SRS's client, server and service
/// ids. Any thread.
std::string randomId(std::size_t length);

} // namespace hookcast::base
