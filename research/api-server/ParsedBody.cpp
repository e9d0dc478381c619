#include "api-server/ParsedBody.h"

#include "api-server/FormText.h"
#include "api-server/JsonText.h"
#include "base/JsonWriter.h"
#include "base/Log.h"

#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <utility>

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

ParsedBody parseForm(std::string_view text) {
    ParsedBody parsed;
    std::vector<std::string> names;
    for (const auto& [name, value] : fieldsOf(text, Plus::IsBlank)) {
        std::string key = toUtf8(name).text;
        if (!parsed.fields.contains(key)) names.push_back(key);
        parsed.fields.insert_or_assign(std::move(key), toUtf8(value).text);
    }
    base::JsonWriter json;
    json.beginObject();
    for (const std::string& name : names) json.member(name, parsed.fields[name]);
    json.endObject();
    parsed.json = json.take();
    parsed.isObject = true;
    return parsed;
}

std::string listFields(const ParsedBody& body, const std::vector<std::string>& names) {
    std::string line;
    for (const std::string& name : names) {
        const std::string_view label = name == "client_id" ? "client id" : std::string_view(name);
        line += fmt::format("{}{}={}", line.empty() ? "" : ", ", label, base::printable(body.field(name)));
    }
    return line;
}

} // namespace hookcast::mock
