#pragma once

#include "http/HttpRequest.h"
#include "http/RequestTarget.h"

#include <cstddef>
#include <map>
#include <string>

namespace hookcast::control {

/// A request to the control interface, taken apart.
struct ApiQuery {
    std::string method;
    std::string path;                              ///< without trailing slash: `/api/v1/clients`
    std::string id;                                ///< what stands behind the endpoint's path, decoded; often empty
    std::map<std::string, std::string> parameters; ///< of the URL's query, decoded; of several with one name the last
    std::string authorization;                     ///< the field

    static ApiQuery of(const http::HttpRequest& request, const http::RequestTarget& target);

    /// Empty when there is no such parameter.
    std::string parameter(const std::string& name) const;

    /// A parameter that is a number; `otherwise` when it is not there or none.
    std::size_t number(const std::string& name, std::size_t otherwise) const;
};

} // namespace hookcast::control
