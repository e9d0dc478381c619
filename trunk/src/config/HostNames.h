#pragma once

#include <string>
#include <string_view>

namespace hookcast::config {

/// A host name in the one spelling by which names are compared: lower case, without the final dot of DNS.
std::string canonicalHost(std::string_view name);

/// Whether both name one host.
bool sameHost(std::string_view one, std::string_view other);

} // namespace hookcast::config
