#pragma once

#include "base/Base64.h"
#include "base/Bytes.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::support {

inline constexpr std::string_view kWebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
inline constexpr std::string_view kOtherWebhookSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// `v1,...` as Standard Webhooks has it, made here so that tests can sign what no server would.
inline std::string signedBy(std::string_view secret, std::string_view id, const std::string& timestamp,
                            std::string_view content) {
    const base::Bytes key = base::fromBase64(secret.substr(std::string_view("whsec_").size())).value();
    std::string text(id);
    text.append(".").append(timestamp).append(".").append(content);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const auto bytes = base::asBytes(text);
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), mac.data(), &size);
    return "v1," + base::toBase64({mac.data(), size});
}

} // namespace hookcast::support
