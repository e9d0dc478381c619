#include "hooks/Signature.h"

#include "base/Base64.h"
#include "base/Bytes.h"
#include "config/CallTerms.h"

#include <fmt/format.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <new>
#include <optional>

namespace hookcast::hooks {

namespace {

using Digest = std::array<std::uint8_t, EVP_MAX_MD_SIZE>;

std::string hmacOf(const base::Bytes& key, std::string_view text) {
    Digest digest{};
    unsigned int sizeBytes = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &sizeBytes) == nullptr)
        throw std::bad_alloc(); // nothing else is in its way
    return base::toBase64({digest.data(), sizeBytes});
}

} // namespace

std::string signatureOf(const std::vector<std::string>& secrets, std::string_view id, std::int64_t timestampS,
                        std::string_view content) {
    const std::string text = fmt::format("{}.{}.{}", id, timestampS, content);
    std::string all;
    for (const std::string& secret : secrets) {
        if (!secret.starts_with(config::kSecretPrefix)) continue;
        const std::optional<base::Bytes> key =
            base::fromBase64(std::string_view(secret).substr(config::kSecretPrefix.size()));
        if (!key || key->empty()) continue;
        if (!all.empty()) all += ' ';
        all += "v1," + hmacOf(*key, text);
    }
    return all;
}

std::string idOfContent(std::string_view content) {
    constexpr std::size_t kBytes = 16;
    Digest digest{};
    unsigned int sizeBytes = 0;
    if (EVP_Digest(content.data(), content.size(), digest.data(), &sizeBytes, EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
    std::string id;
    for (std::size_t i = 0; i < kBytes; ++i) id += fmt::format("{:02x}", digest.at(i));
    return id;
}

} // namespace hookcast::hooks
