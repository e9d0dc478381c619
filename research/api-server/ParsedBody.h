#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

/// Any bytes: `name=value&...`, whose fields all become strings; of a name given twice the last value counts.
ParsedBody parseForm(std::string_view text);

/// For the log: `name=value, ...` of the fields named.
std::string listFields(const ParsedBody& body, const std::vector<std::string>& names);

} // namespace hookcast::mock
