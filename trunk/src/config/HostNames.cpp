#include "config/HostNames.h"

#include <algorithm>

namespace hookcast::config {

namespace {

/// Of ASCII alone: names in other scripts are compared byte by byte, whatever the locale.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string canonicalHost(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string canonical(name);
    std::ranges::transform(canonical, canonical.begin(), lower);
    return canonical;
}

bool sameHost(std::string_view one, std::string_view other) {
    if (one.ends_with('.')) one.remove_suffix(1);
    if (other.ends_with('.')) other.remove_suffix(1);
    return std::ranges::equal(one, other, {}, lower, lower);
}

} // namespace hookcast::config
