#include "api-server/ParsedBody.h"

#include "api-server/JsonText.h"

#include <Poco/JSON/Object.h>

namespace hookcast::mock {

std::string_view ParsedBody::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

ParsedBody parseJsonBody(const std::string& body) {
    ParsedBody parsed;
    if (body.empty()) {
        parsed.error = "the body is empty";
        return parsed;
    }
    const base::Result<Poco::Dynamic::Var> document = parseJson(body);
    if (!document) {
        parsed.error = document.error().message;
        return parsed;
    }
    parsed.json = compactJson(document.value());
    if (document.value().type() != typeid(Poco::JSON::Object::Ptr)) {
        parsed.error = "not a JSON object";
        return parsed;
    }
    for (const auto& [name, value] : *document.value().extract<Poco::JSON::Object::Ptr>())
        parsed.fields.emplace(name, valueText(value));
    parsed.isObject = true;
    return parsed;
}

} // namespace hookcast::mock
