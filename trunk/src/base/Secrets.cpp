#include "base/Secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace hookcast::base {

namespace {

constexpr std::string_view kScheme = "://";
constexpr std::string_view kBlanks = " \t\r\n";

bool isSecretName(std::string_view name) {
    constexpr std::array<std::string_view, 11> kSecrets = {
        "token", "password", "passwd", "pwd", "pass", "key", "secret", "sign", "signature", "auth", "passphrase"};
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(kSecrets, [&lower](std::string_view secret) { return lower.ends_with(secret); });
}

bool isNameByte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

/// One URL from its host on, whatever follows the host.
std::string maskValues(std::string_view url) {
    std::string shown;
    std::size_t nameStart = 0;
    bool inQuery = false;
    for (std::size_t i = 0; i < url.size(); ++i) {
        if (url[i] == '?') inQuery = true;
        if (url[i] != '=') {
            if (!isNameByte(url[i])) nameStart = i + 1;
            shown.push_back(url[i]);
            continue;
        }
        shown.push_back('=');
        const bool isSecret = isSecretName(url.substr(nameStart, i - nameStart));
        nameStart = i + 1;
        if (!isSecret) continue;
        // A slash may belong to a value of the query; in a path it begins what comes next.
        const std::size_t end = std::min(url.find_first_of(inQuery ? "&;" : "&;/?", i + 1), url.size());
        if (end > i + 1) shown += kSecretMask;
        i = end - 1;
    }
    return shown;
}

std::string maskUrl(std::string_view url) {
    std::string shown;
    // The last one: libcurl takes those before it for a part of the password.
    const std::size_t at = url.substr(0, url.find_first_of("/?#")).rfind('@');
    if (at != std::string_view::npos) {
        shown = std::string(kSecretMask) + "@";
        url.remove_prefix(at + 1);
    }
    return shown + maskValues(url);
}

} // namespace

std::string maskSecrets(std::string_view text) {
    std::string shown;
    for (;;) {
        const std::size_t scheme = text.find(kScheme);
        if (scheme == std::string_view::npos) return shown.append(text);
        shown += text.substr(0, scheme + kScheme.size());
        text.remove_prefix(scheme + kScheme.size());
        std::string_view url = text.substr(0, text.find_first_of(kBlanks));
        // Of a word in quotes; those inside belong to the URL.
        if (url.ends_with('"') || url.ends_with('\'')) url.remove_suffix(1);
        shown += maskUrl(url);
        text.remove_prefix(url.size());
    }
}

std::string maskSecretWords(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find_first_of(kBlanks), text.size());
        const std::string_view word = text.substr(0, blank);
        shown += word.find(kScheme) == std::string_view::npos ? maskValues(word) : maskSecrets(word);
        text.remove_prefix(blank);
        if (text.empty()) break;
        shown.push_back(text.front());
        text.remove_prefix(1);
    }
    return shown;
}

} // namespace hookcast::base
