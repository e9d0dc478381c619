#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string_view>

namespace hookcast::base {

/// Of all of `texts`, in this order.
inline std::size_t hashOf(std::initializer_list<std::string_view> texts) {
    constexpr std::size_t kFactor = 31;
    std::size_t hash = 0;
    for (const std::string_view text : texts) hash = kFactor * hash + std::hash<std::string_view>()(text);
    return hash;
}

} // namespace hookcast::base
