#include "api-server/SignatureGate.h"

#include "base/Base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace hookcast::mock {

namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kLeastKeyBytes = 24;
constexpr std::size_t kMostKeyBytes = 64;
constexpr std::int64_t kUsPerS = 1'000'000;

base::Bytes macOf(const base::Bytes& key, const std::string& text) {
    base::Bytes mac(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    const auto bytes = base::asBytes(text);
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), mac.data(), &size) ==
        nullptr)
        throw std::runtime_error("OpenSSL makes no HMAC");
    mac.resize(size);
    return mac;
}

/// Digits and nothing else: what is signed is the text.
std::optional<std::int64_t> secondsIn(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return seconds;
}

/// Whether one of the signatures, which stand between blanks, is `mac`.
bool hasSignature(std::string_view signatures, const base::Bytes& mac) {
    bool isFound = false;
    while (!signatures.empty()) {
        const std::size_t blank = std::min(signatures.find(' '), signatures.size());
        std::string_view one = signatures.substr(0, blank);
        signatures.remove_prefix(std::min(blank + 1, signatures.size()));
        if (!one.starts_with(kVersion)) continue; // of a version that is not ours
        one.remove_prefix(kVersion.size());
        const std::optional<base::Bytes> given = base::fromBase64(one);
        if (given && given->size() == mac.size() && CRYPTO_memcmp(given->data(), mac.data(), mac.size()) == 0)
            isFound = true;
    }
    return isFound;
}

} // namespace

base::Result<base::Bytes> signingKey(std::string_view secret) {
    if (!secret.starts_with(kSecretPrefix)) return base::Error{"a secret begins with whsec_"};
    std::optional<base::Bytes> key = base::fromBase64(secret.substr(kSecretPrefix.size()));
    if (!key) return base::Error{"behind whsec_ a secret is base 64"};
    if (key->size() < kLeastKeyBytes || key->size() > kMostKeyBytes)
        return base::Error{"a secret has 24 to 64 bytes, as base 64"};
    return *std::move(key);
}

SignatureState SignatureGate::check(const Request& request) {
    const SignatureState state = keys_.empty() ? SignatureState::Unchecked : stateOf(request);
    counts_[static_cast<std::size_t>(state)].fetch_add(1, std::memory_order_relaxed);
    return state;
}

SignatureState SignatureGate::stateOf(const Request& request) const {
    const std::string_view id = headerValue(request.headers, "webhook-id");
    const std::string_view time = headerValue(request.headers, "webhook-timestamp");
    const std::string_view signatures = headerValue(request.headers, "webhook-signature");
    const std::optional<std::int64_t> atS = secondsIn(time);
    if (id.empty() || !atS || signatures.empty()) return SignatureState::Missing;
    const std::string& content = request.method == "GET" ? request.query : request.body;
    const std::string text = std::string(id) + "." + std::string(time) + "." + content;
    bool isSigned = false;
    for (const base::Bytes& key : keys_) isSigned = hasSignature(signatures, macOf(key, text)) || isSigned;
    if (!isSigned) return SignatureState::Altered;
    const std::int64_t nowS = clock_.unixUs() / kUsPerS;
    return *atS < nowS - kToleranceS || *atS > nowS + kToleranceS ? SignatureState::Old : SignatureState::Good;
}

} // namespace hookcast::mock
