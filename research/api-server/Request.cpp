#include "api-server/Request.h"

namespace hookcast::mock {

std::string_view headerValue(const Headers& headers, std::string_view lowerCaseName) {
    for (const auto& [name, value] : headers)
        if (name == lowerCaseName) return value;
    return {};
}

} // namespace hookcast::mock
