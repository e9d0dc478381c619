#pragma once

#include "http/HttpRequest.h"
#include "http/RequestTarget.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

namespace hookcast::control {

/// Which part of a list is asked for.
struct Slice {
    std::size_t start = 0;
    std::size_t count = 10; ///< SRS's

    template <typename Items>
    Items of(const Items& all) const {
        const std::size_t begin = std::min(start, all.size());
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
        return {first, first + static_cast<std::ptrdiff_t>(std::min(count, all.size() - begin))};
    }
};

/// A request to the control interface, taken apart.
struct ApiQuery {
    std::string method;
    std::string path;                              ///< without trailing slash: `/api/v1/clients`
    std::string id;                                ///< what stands behind the endpoint's path, decoded; often empty
    std::map<std::string, std::string> parameters; ///< of the URL's query, decoded; of several with one name the last.
                                                   ///< What cannot be decoded stands as it is: it names nothing
    std::string authorization;                     ///< the field

    static ApiQuery of(const http::HttpRequest& request, const http::RequestTarget& target);

    /// Empty when there is no such parameter.
    std::string parameter(const std::string& name) const;

    /// A parameter that is a number; `otherwise` when it is not there or none.
    std::size_t number(const std::string& name, std::size_t otherwise) const;

    /// Its `start` and `count`.
    Slice slice() const;
};

} // namespace hookcast::control
