#include "rtsp/Digest.h"

#include "rtp/Text.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace hookcast::rtsp {

namespace {

constexpr std::size_t kNonceCountDigits = 8;

bool isMd5(config::RtspAuthScheme scheme) {
    return scheme == config::RtspAuthScheme::DigestMd5;
}

std::size_t digitsOf(config::RtspAuthScheme scheme) {
    return isMd5(scheme) ? 32 : 64;
}

bool isHexadecimal(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

} // namespace

std::string_view algorithmOf(config::RtspAuthScheme scheme) {
    return isMd5(scheme) ? "MD5" : "SHA-256";
}

std::optional<std::string> digestOf(config::RtspAuthScheme scheme, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned sizeBytes = 0;
    const EVP_MD* const function = isMd5(scheme) ? EVP_md5() : EVP_sha256();
    if (EVP_Digest(text.data(), text.size(), digest.data(), &sizeBytes, function, nullptr) != 1) return std::nullopt;
    std::string digits;
    for (unsigned i = 0; i < sizeBytes; ++i) digits += fmt::format("{:02x}", digest.at(i));
    return digits;
}

std::optional<std::string> digestRest(config::RtspAuthScheme scheme, const DigestAnswer& answer,
                                      std::string_view method) {
    const auto ha2 = digestOf(scheme, fmt::format("{}:{}", method, answer.uri));
    if (!ha2) return std::nullopt;
    if (answer.qop.empty()) return fmt::format("{}:{}", answer.nonce, *ha2);
    return fmt::format("{}:{}:{}:{}:{}", answer.nonce, answer.nonceCount, answer.clientNonce, answer.qop, *ha2);
}

std::string_view faultIn(config::RtspAuthScheme scheme, const DigestAnswer& answer) {
    if (answer.response.size() != digitsOf(scheme) || !isHexadecimal(answer.response))
        return "its response is no digest";
    if (answer.qop.empty()) return {};
    if (answer.qop != "auth") return "it has another qop than auth";
    if (answer.nonceCount.size() != kNonceCountDigits || !isHexadecimal(answer.nonceCount)) return "its nc is no count";
    if (answer.clientNonce.empty()) return "it has no cnonce";
    return {};
}

} // namespace hookcast::rtsp
