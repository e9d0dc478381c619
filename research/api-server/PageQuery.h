#pragma once

#include "base/Result.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::mock {

/// What the query of a list may ask for.
struct PageQuery {
    std::uint64_t after = 0;
    std::uint64_t limit = std::numeric_limits<std::size_t>::max();
    std::uint64_t waitMs = 0;
    std::uint64_t count = 1;
    std::string name = "*";
};

/// `known`: which of `after`, `limit`, `wait_ms`, `count` and `name` this list has; every other one is an error.
base::Result<PageQuery> parsePageQuery(std::string_view query, const std::vector<std::string_view>& known);

} // namespace hookcast::mock
