#include "rtsp/Authorization.h"

#include "base/Base64.h"
#include "base/Utf8.h"
#include "rtp/Text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace hookcast::rtsp {

namespace {

using Member = std::string DigestAnswer::*;

constexpr std::array<std::pair<std::string_view, Member>, 9> kMembers = {{
    {"username", &DigestAnswer::user},
    {"realm", &DigestAnswer::realm},
    {"nonce", &DigestAnswer::nonce},
    {"uri", &DigestAnswer::uri},
    {"response", &DigestAnswer::response},
    {"algorithm", &DigestAnswer::algorithm},
    {"qop", &DigestAnswer::qop},
    {"nc", &DigestAnswer::nonceCount},
    {"cnonce", &DigestAnswer::clientNonce},
}};

/// What backends are told as text, and no other text.
bool isPlainText(std::string_view text) {
    return !rtp::hasControls(text) && text.find('\t') == std::string_view::npos && base::toValidUtf8(text) == text;
}

/// RFC 9110, 5.6.2.
bool isTokenCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void skipBlanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string_view takeToken(std::string_view& text) {
    const auto* const end = std::ranges::find_if_not(text, isTokenCharacter);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::string_view token = text.substr(0, length);
    text.remove_prefix(length);
    return token;
}

/// What stands between double quotes (RFC 9110, 5.6.4), the first of which `text` begins with; none where it has no
/// end.
std::optional<std::string> takeQuoted(std::string_view& text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        if (text[i] == '\\' && ++i == text.size()) break;
        value += text[i];
    }
    return std::nullopt;
}

struct Parameter {
    std::string_view name;
    std::string value;
};

std::optional<Parameter> takeParameter(std::string_view& text) {
    Parameter parameter;
    parameter.name = takeToken(text);
    skipBlanks(text);
    if (parameter.name.empty() || !text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    skipBlanks(text);
    if (text.starts_with('"')) {
        std::optional<std::string> quoted = takeQuoted(text);
        if (!quoted) return std::nullopt;
        parameter.value = std::move(*quoted);
    } else {
        parameter.value = takeToken(text);
        if (parameter.value.empty()) return std::nullopt;
    }
    return parameter;
}

/// Takes the commas in front of a parameter: there may be empty ones between them. False where there is none between
/// two parameters.
bool takeCommas(std::string_view& text, bool isFirst) {
    bool isSeparated = isFirst;
    skipBlanks(text);
    while (text.starts_with(',')) {
        isSeparated = true;
        text.remove_prefix(1);
        skipBlanks(text);
    }
    return isSeparated || text.empty();
}

base::Result<Authorization> parseBasic(std::string_view text) {
    const std::optional<base::Bytes> decoded = base::fromBase64(rtp::trimmed(text));
    if (!decoded) return base::Error{"Authorization: Basic is followed by no base 64"};
    const std::string_view pair = base::asText(*decoded);
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) return base::Error{"Authorization: there is no colon behind a user"};
    if (!isPlainText(pair)) return base::Error{"Authorization: user and password are no text of UTF-8"};
    return Authorization(BasicAnswer{std::string(pair.substr(0, colon)), std::string(pair.substr(colon + 1))});
}

base::Result<Authorization> parseDigest(std::string_view text) {
    DigestAnswer answer;
    std::array<bool, kMembers.size()> isThere{};
    for (bool isFirst = true;; isFirst = false) {
        if (!takeCommas(text, isFirst)) return base::Error{"Authorization: parameters without a comma between them"};
        if (text.empty()) break;
        std::optional<Parameter> parameter = takeParameter(text);
        if (!parameter) return base::Error{"Authorization: a parameter that cannot be read"};
        if (rtp::equalsIgnoringCase(parameter->name, "userhash") && rtp::equalsIgnoringCase(parameter->value, "true"))
            return base::Error{"Authorization: the user's name is hashed"};
        const auto* const known = std::ranges::find_if(
            kMembers, [&](const auto& member) { return rtp::equalsIgnoringCase(member.first, parameter->name); });
        if (known == kMembers.end()) continue;
        bool& seen = isThere.at(static_cast<std::size_t>(known - kMembers.begin()));
        if (std::exchange(seen, true)) return base::Error{"Authorization: a parameter stands there twice"};
        answer.*known->second = std::move(parameter->value);
    }
    if (!isThere.front()) return base::Error{"Authorization: no user is named"};
    if (!isPlainText(answer.user)) return base::Error{"Authorization: the user is no text of UTF-8"};
    return Authorization(std::move(answer));
}

} // namespace

base::Result<Authorization> parseAuthorization(std::string_view header) {
    std::string_view rest = rtp::trimmed(header);
    const std::string_view scheme = takeToken(rest);
    if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t')
        return base::Error{"Authorization: a scheme that cannot be read"};
    if (rtp::equalsIgnoringCase(scheme, "Basic")) return parseBasic(rest);
    if (rtp::equalsIgnoringCase(scheme, "Digest")) return parseDigest(rest);
    return base::Error{"Authorization: a scheme that is not known here"};
}

const std::string& userOf(const Authorization& authorization) {
    return std::visit([](const auto& answer) -> const std::string& { return answer.user; }, authorization);
}

} // namespace hookcast::rtsp
