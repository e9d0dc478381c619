#include "vod/ViewerPass.h"

#include "base/Bytes.h"
#include "base/RandomId.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace hookcast::vod {

namespace {

constexpr std::string_view kParameter = "hookcast_viewer=";
constexpr std::size_t kSecretLength = 64;
constexpr std::size_t kSignatureBytes = 16;

} // namespace

ViewerPasses::ViewerPasses() : secret_(base::randomId(kSecretLength)) {}

std::string ViewerPasses::signatureOf(const Bearer& bearer, std::string_view viewerId) const {
    // Each part behind its length: no two bearers are written alike.
    std::string message = "hookcast recording";
    for (const std::string_view part :
         {std::string_view(bearer.key.vhost), std::string_view(bearer.key.app), std::string_view(bearer.key.stream),
          std::string_view(bearer.ip), std::string_view(bearer.query), viewerId})
        message += fmt::format(" {}:{}", part.size(), part);
    const base::ByteSpan bytes = base::asBytes(message);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), bytes.data(), bytes.size(), digest.data(),
             &size) == nullptr)
        throw std::runtime_error("no HMAC-SHA256");
    std::string text;
    for (std::size_t i = 0; i < kSignatureBytes; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
}

std::string ViewerPasses::write(const Bearer& bearer, const std::string& viewerId) const {
    return fmt::format("{}{}{}{}.{}", bearer.query, bearer.query.empty() ? "?" : "&", kParameter, viewerId,
                       signatureOf(bearer, viewerId));
}

std::optional<std::string> ViewerPasses::read(const Bearer& bearer, std::string_view pass) const {
    const std::size_t dot = pass.find('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    const std::string_view viewerId = pass.substr(0, dot);
    const std::string_view signature = pass.substr(dot + 1);
    const std::string right = signatureOf(bearer, viewerId);
    if (signature.size() != right.size() || CRYPTO_memcmp(signature.data(), right.data(), right.size()) != 0)
        return std::nullopt;
    return std::string(viewerId);
}

ViewerPasses::Parts ViewerPasses::split(std::string_view query) {
    const std::size_t place = query.rfind(kParameter);
    const bool isThere =
        place != std::string_view::npos && place > 0 && (query[place - 1] == '?' || query[place - 1] == '&');
    if (!isThere) return {std::string(query), {}};
    return {std::string(query.substr(0, place - 1)), std::string(query.substr(place + kParameter.size()))};
}

} // namespace hookcast::vod
