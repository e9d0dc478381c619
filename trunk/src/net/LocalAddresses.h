#pragma once

#include <string>
#include <vector>

namespace hookcast::net {

/// The machine's own addresses, the likeliest to be reached from outside first: IPv4, then IPv6, without loopback and
/// those of one link only; where there are none, loopback. Any thread; throws Poco::Exception when the system does not
/// tell.
std::vector<std::string> localAddresses();

} // namespace hookcast::net
