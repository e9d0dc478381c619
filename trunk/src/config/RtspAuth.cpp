#include "config/RtspAuth.h"

#include "config/Directive.h"
#include "config/Finding.h"
#include "config/RtspAuthWords.h"
#include "config/VhostConfig.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::config {

namespace {

constexpr std::string_view kOff = "off";
constexpr std::string_view kDirective = "rtsp_auth";
constexpr std::string_view kRealmDirective = "rtsp_realm";
constexpr std::size_t kLongestRealm = 128;

/// Clients differ in how they read escapes, and in the charset of what is no ASCII.
bool isPlainRealm(std::string_view realm) {
    const auto isPlain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    return !realm.empty() && realm.size() <= kLongestRealm && std::ranges::all_of(realm, isPlain);
}

/// Only who is asked before anything is told can keep a stranger out of all of it.
bool hasJudge(const VhostConfig& vhost) {
    if (vhost.hooks.enabled && !vhost.hooks.onConnect.empty()) return true;
    return std::ranges::any_of(vhost.notifies, [](const NotifyConfig& notify) {
        return notify.enabled && notify.isFor(Protocol::Rtsp) && !notify.onConnect.empty();
    });
}

} // namespace

std::optional<RtspAuthScheme> rtspAuthSchemeNamed(std::string_view word) {
    const auto* const found = std::ranges::find(kRtspAuthWords, word, &Choice::word);
    if (found == kRtspAuthWords.end() || found->value == kNoRtspAuth) return std::nullopt;
    return static_cast<RtspAuthScheme>(found->value);
}

std::vector<RtspAuthScheme> RtspAuthConfig::schemes() const {
    std::vector<RtspAuthScheme> all;
    for (const std::string& word : words)
        if (const auto scheme = rtspAuthSchemeNamed(word)) all.push_back(*scheme);
    return all;
}

void checkRtspAuth(const VhostConfig& vhost, const Directive& block, Findings& findings) {
    if (const Directive* realm = block.find(kRealmDirective);
        realm != nullptr && !realm->args.empty() && !isPlainRealm(realm->args.front()))
        findings.error(realm->location, fmt::format("'{}': expected 1 to {} characters of ASCII, without double quotes "
                                                    "and backslashes",
                                                    kRealmDirective, kLongestRealm));
    const Directive* auth = block.find(kDirective);
    if (auth == nullptr || auth->args.empty()) return;
    const std::vector<std::string>& words = auth->args;
    for (auto word = words.begin(); word != words.end(); ++word)
        if (std::find(words.begin(), word, *word) != word)
            findings.error(auth->location,
                           fmt::format("'{}': '{}' stands there twice", kDirective, base::printable(*word)));
    const bool isOff = std::ranges::find(words, kOff) != words.end();
    if (isOff && words.size() > 1)
        findings.error(auth->location, fmt::format("'{}': 'off' goes with nothing else", kDirective));
    if (!isOff && !hasJudge(vhost))
        findings.error(auth->location,
                       fmt::format("'{}': nobody judges who RTSP clients say they are, as neither http_hooks nor an "
                                   "http_notify for rtsp is on with an 'on_connect': everybody would be let in, "
                                   "whatever the password",
                                   kDirective));
}

} // namespace hookcast::config
