// The first byte says what the rest is: a pass as a client sends it, or the fields of one that is signed well.
#include "base/Base64.h"
#include "base/Bytes.h"
#include "hooks/PullPass.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;

constexpr std::string_view kSecret = "0123456789abcdef";

void check(bool condition) {
    if (!condition) std::abort();
}

std::string urlSafe(base::ByteSpan bytes) {
    std::string text = base::toBase64(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::string signedText(base::ByteSpan fields) {
    const std::string text = "1." + urlSafe(fields);
    const std::string message = "hookcast pull " + text;
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()), base::asBytes(message).data(), message.size(),
         digest.data(), &size);
    return text + "." + urlSafe(base::ByteSpan(digest).first(size));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const base::ByteSpan rest(data + 1, size - 1);
    const std::string text = data[0] % 2 == 0 ? std::string(base::asText(rest)) : signedText(rest);
    const auto pass = hooks::readPass(text, kSecret);
    check(!hooks::readPass(text, "").ok());
    if (!pass) return 0;
    // What is read is what was signed, byte for byte; and no other secret reads it.
    const auto again = hooks::signPass(pass.value(), kSecret);
    check(again.ok() && again.value() == text);
    check(!hooks::readPass(text, "fedcba9876543210").ok());
    return 0;
}
