#pragma once

#include <map>
#include <string>
#include <string_view>

namespace hookcast::mock {

/// What could be understood of a request's body.
struct ParsedBody {
    std::string json = "null";                 ///< the whole of it as one line of JSON
    std::map<std::string, std::string> fields; ///< the fields of its outermost object as text
    bool isObject = false;
    std::string error; ///< why it is not an object

    /// The field's text; empty when there is none.
    std::string_view field(const std::string& name) const;
};

/// Any bytes.
ParsedBody parseJsonBody(const std::string& body);

} // namespace hookcast::mock
