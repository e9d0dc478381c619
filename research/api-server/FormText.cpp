#include "api-server/FormText.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>

namespace hookcast::mock {

std::string percentDecoded(const std::string& text, Plus plus) {
    try {
        // Poco's own way with `+` is for whole URLs: it begins at a `?`.
        std::string blanked = text;
        if (plus == Plus::IsBlank) std::ranges::replace(blanked, '+', ' ');
        std::string result;
        Poco::URI::decode(blanked, result);
        return result;
    } catch (const Poco::Exception&) {
        return text;
    }
}

std::vector<std::string> partsOf(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::vector<std::pair<std::string, std::string>> fieldsOf(std::string_view text, Plus plus) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const std::string& part : partsOf(text, '&')) {
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string value = part.substr(std::min(equals + 1, part.size()));
        fields.emplace_back(percentDecoded(part.substr(0, equals), plus), percentDecoded(value, plus));
    }
    return fields;
}

} // namespace hookcast::mock
