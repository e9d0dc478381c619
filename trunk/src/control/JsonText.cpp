#include "control/JsonText.h"

#include "base/Utf8.h"

#include <array>
#include <cstddef>
#include <sstream>
#include <string_view>
#include <utility>

namespace hookcast::control {

std::string jsonText(const Json& json) {
    std::ostringstream text;
    json.stringify(text);
    return base::toValidUtf8(text.str());
}

std::string scriptText(const Json& json) {
    using Replacement = std::pair<std::string_view, std::string_view>;
    constexpr std::array kLineEnds = {Replacement{"\xE2\x80\xA8", "\\u2028"}, Replacement{"\xE2\x80\xA9", "\\u2029"}};
    std::string text = jsonText(json);
    for (const auto& [character, escape] : kLineEnds)
        for (std::size_t at = text.find(character); at != std::string::npos; at = text.find(character, at))
            text.replace(at, character.size(), escape);
    return text;
}

} // namespace hookcast::control
