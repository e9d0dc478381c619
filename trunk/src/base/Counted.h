#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::base {

/// A number with the words that go with it: `1 client has`, `2 clients have`.
inline std::string counted(std::uint64_t count, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", count, count == 1 ? one : several);
}

} // namespace hookcast::base
