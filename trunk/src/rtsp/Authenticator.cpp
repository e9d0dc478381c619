#include "rtsp/Authenticator.h"

#include "base/RandomId.h"
#include "rtp/Text.h"
#include "rtsp/Digest.h"
#include "rtsp/StreamUrls.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace hookcast::rtsp {

namespace {

using config::RtspAuthScheme;

constexpr std::size_t kNonceLength = 32; ///< of 36 characters each: more than 160 bits
constexpr const char* kChallenge = "WWW-Authenticate";
constexpr const char* kAnswer = "Authorization";

bool offers(const config::RtspAuthConfig& terms, RtspAuthScheme scheme) {
    const std::vector<RtspAuthScheme> all = terms.schemes();
    return std::ranges::find(all, scheme) != all.end();
}

/// An answer that names no algorithm is by MD5 (RFC 7616, 3.4).
std::optional<RtspAuthScheme> schemeOf(const DigestAnswer& answer) {
    const std::string_view algorithm = answer.algorithm.empty() ? "MD5" : std::string_view(answer.algorithm);
    for (const RtspAuthScheme scheme : {RtspAuthScheme::DigestMd5, RtspAuthScheme::DigestSha256})
        if (rtp::equalsIgnoringCase(algorithm, algorithmOf(scheme))) return scheme;
    return std::nullopt;
}

/// A URL without scheme and authority.
std::string_view pathOf(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return url;
    return url.substr(std::min(url.find('/', scheme + 3), url.size()));
}

/// The request's own URL, or that of its stream where it is about a track. Some clients leave out scheme and host.
bool isAbout(const RtspRequest& request, std::string_view uri) {
    const std::string stream = splitRequestUrl(request.url).base;
    const std::array<std::string_view, 4> names = {request.url, pathOf(request.url), stream, pathOf(stream)};
    return !uri.empty() && std::ranges::find(names, uri) != names.end();
}

/// What Live555's client reads first comes first.
std::string challengeOf(RtspAuthScheme scheme, const std::string& realm, const std::string& nonce, bool isStale) {
    if (scheme == RtspAuthScheme::Basic) return fmt::format("Basic realm=\"{}\", charset=\"UTF-8\"", realm);
    return fmt::format("Digest realm=\"{}\", nonce=\"{}\", stale={}, algorithm={}, qop=\"auth\"", realm, nonce,
                       isStale ? "true" : "false", algorithmOf(scheme));
}

} // namespace

Authenticator::Finding Authenticator::examine(const config::RtspAuthConfig& terms, const RtspRequest& request,
                                              std::int64_t nowMs) {
    const std::string* header = request.headers.find(kAnswer);
    if (header == nullptr) return {nullptr, false, "it does not say so"};
    const base::Result<Authorization> authorization = parseAuthorization(*header);
    if (!authorization) return {nullptr, false, "its Authorization cannot be read"};
    return std::visit([&](const auto& answer) { return examine(terms, request, answer, nowMs); },
                      authorization.value());
}

Authenticator::Finding Authenticator::examine(const config::RtspAuthConfig& terms, const RtspRequest& /*request*/,
                                              const BasicAnswer& answer, std::int64_t /*nowMs*/) const {
    if (!offers(terms, RtspAuthScheme::Basic)) return {nullptr, false, "it answers by Basic, which is not asked for"};
    return {std::make_shared<hooks::Credentials>(hooks::Credentials{answer.user, answer.password, {}}), false, {}};
}

Authenticator::Finding Authenticator::examine(const config::RtspAuthConfig& terms, const RtspRequest& request,
                                              const DigestAnswer& answer, std::int64_t nowMs) {
    const std::optional<RtspAuthScheme> scheme = schemeOf(answer);
    if (!scheme || !offers(terms, *scheme)) return {nullptr, false, "it answers by an algorithm that is not asked for"};
    if (answer.realm != terms.realm) return {nullptr, false, "it answers for another realm"};
    if (!isFresh(answer.nonce, nowMs)) return {nullptr, true, "its nonce is old, or none of this connection"};
    if (!isAbout(request, answer.uri)) return {nullptr, false, "it answers for another URL"};
    if (const std::string_view fault = faultIn(*scheme, answer); !fault.empty()) return {nullptr, false, fault};
    std::optional<std::string> rest = digestRest(*scheme, answer, request.method);
    if (!rest) return {nullptr, false, "the system's cryptography does not have the algorithm"};
    nonce_.clear();
    hooks::Credentials credentials{answer.user, {}, {}};
    credentials.digest = hooks::DigestProof{std::string(algorithmOf(*scheme)), answer.realm, std::move(*rest), {}};
    std::ranges::transform(answer.response, std::back_inserter(credentials.digest->response),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return {std::make_shared<hooks::Credentials>(std::move(credentials)), false, {}};
}

/// However much of them agrees, comparing takes as long.
bool Authenticator::isFresh(const std::string& nonce, std::int64_t nowMs) const {
    return !nonce_.empty() && nonce.size() == nonce_.size() &&
           CRYPTO_memcmp(nonce.data(), nonce_.data(), nonce.size()) == 0 && nowMs - nonceMadeAtMs_ < kNonceLifetimeMs;
}

void Authenticator::challenge(const config::RtspAuthConfig& terms, bool isStale, std::int64_t nowMs,
                              RtspResponse& response) {
    ++challenges_;
    nonce_ = base::randomId(kNonceLength);
    nonceMadeAtMs_ = nowMs;
    for (const RtspAuthScheme scheme : terms.schemes())
        response.headers.add(kChallenge, challengeOf(scheme, terms.realm, nonce_, isStale));
}

bool isAnothers(const RtspRequest& request, const hooks::Credentials& credentials) {
    const std::string* header = request.headers.find(kAnswer);
    if (header == nullptr) return false;
    const base::Result<Authorization> authorization = parseAuthorization(*header);
    if (!authorization) return true;
    if (userOf(authorization.value()) != credentials.user) return true;
    const auto* basic = std::get_if<BasicAnswer>(&authorization.value());
    return basic != nullptr && (credentials.digest || basic->password != credentials.password);
}

} // namespace hookcast::rtsp
