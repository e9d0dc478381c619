#pragma once

#include "base/IpAddress.h"

#include <string>
#include <vector>

namespace hookcast::net {

/// The machine's own addresses, the likeliest to be reached from outside first: IPv4, then IPv6, without loopback and
/// those of one link only; where there are none, loopback. Any thread; throws Poco::Exception when the system does not
/// tell.
std::vector<std::string> localAddresses();

/// The network interfaces with an address that can be reached from everywhere: none of loopback, of one link or of
/// private networks (RFC 1918, RFC 4193). As localAddresses().
std::vector<std::string> publicInterfaces();

/// Whether an address can be reached from everywhere.
bool isPublic(const base::IpAddress& address);

} // namespace hookcast::net
