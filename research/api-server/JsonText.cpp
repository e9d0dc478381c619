#include "api-server/JsonText.h"

#include "base/Utf8.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>
#include <Poco/JSONString.h>

#include <sstream>

namespace hookcast::mock {

namespace {

/// Of a field's name Poco keeps only what precedes a NUL, so that `"action\u0000x"` would pass as `action`. `json` has
/// been parsed, so it is known to be well formed.
bool hasNulInFieldName(std::string_view json) {
    if (json.find("\\u0000") == std::string_view::npos) return false;
    for (std::size_t at = json.find('"'); at != std::string_view::npos; at = json.find('"', at + 1)) {
        bool hasNul = false;
        for (++at; at < json.size() && json[at] != '"'; ++at) {
            if (json[at] != '\\') continue;
            hasNul = hasNul || json.substr(at, 6) == "\\u0000";
            ++at;
        }
        const std::size_t next = json.find_first_not_of(" \t\r\n", at + 1);
        if (hasNul && next != std::string_view::npos && json[next] == ':') return true;
    }
    return false;
}

} // namespace

Utf8Text toUtf8(std::string_view bytes) {
    Utf8Text result{.text = base::toValidUtf8(bytes)};
    result.wasValid = result.text == bytes;
    return result;
}

base::Result<Poco::Dynamic::Var> parseJson(const std::string& text) {
    try {
        constexpr bool kKeepOrder = true;
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(kKeepOrder));
        parser.setDepth(kMaxJsonDepth);
        const Poco::Dynamic::Var document = parser.parse(text);
        if (hasNulInFieldName(text)) return base::Error{"a field's name holds a NUL"};
        return document;
    } catch (const Poco::Exception& error) {
        return base::Error{toUtf8(error.message()).text};
    }
}

std::string compactJson(const Poco::Dynamic::Var& document) {
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(document, out, 0, -1, Poco::JSON_WRAP_STRINGS);
    return out.str();
}

std::string valueText(const Poco::Dynamic::Var& value) {
    return value.isString() ? value.extract<std::string>() : compactJson(value);
}

} // namespace hookcast::mock
