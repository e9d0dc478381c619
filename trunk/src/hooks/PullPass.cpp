#include "hooks/PullPass.h"

#include "base/Base64.h"
#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "base/Bytes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace hookcast::hooks {

namespace {

/// Nothing else that is ever signed with the same secret begins so.
constexpr std::string_view kPurpose = "hookcast pull ";
constexpr std::string_view kVersion = "1.";

/// RFC 4648, section 5, without padding.
std::string urlSafe(base::ByteSpan bytes) {
    std::string text = base::toBase64(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::optional<base::Bytes> fromUrlSafe(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string plain(text);
    std::ranges::replace(plain, '-', '+');
    std::ranges::replace(plain, '_', '/');
    return base::fromBase64(plain);
}

/// Empty where the system cannot make one.
std::string signatureOf(std::string_view signedPart, std::string_view secret) {
    if (secret.empty() || secret.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return {};
    const std::string message = std::string(kPurpose) + std::string(signedPart);
    const base::ByteSpan bytes = base::asBytes(message);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes.data(), bytes.size(), digest.data(),
             &size) == nullptr)
        return {};
    return urlSafe(base::ByteSpan(digest).first(size));
}

bool isEqual(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

base::Result<PullPass> readFields(base::ByteSpan bytes) {
    base::ByteReader reader(bytes);
    PullPass pass;
    pass.fence = reader.u64();
    pass.expiresUnixMs = static_cast<std::int64_t>(reader.u64());
    for (std::string* name : {&pass.key.vhost, &pass.key.app, &pass.key.stream, &pass.node, &pass.origin})
        *name = base::asText(reader.bytes(reader.u16()));
    if (!reader.ok() || reader.remaining() != 0) return base::Error{"the pass is of another form"};
    return pass;
}

} // namespace

base::Result<std::string> signPass(const PullPass& pass, std::string_view secret) {
    base::Bytes fields;
    base::ByteWriter writer(fields);
    writer.u64(pass.fence);
    writer.u64(static_cast<std::uint64_t>(pass.expiresUnixMs));
    for (const std::string* name : {&pass.key.vhost, &pass.key.app, &pass.key.stream, &pass.node, &pass.origin}) {
        if (name->size() > std::numeric_limits<std::uint16_t>::max()) return base::Error{"a name is too long"};
        writer.u16(static_cast<std::uint16_t>(name->size()));
        writer.text(*name);
    }
    std::string text = std::string(kVersion) + urlSafe(fields);
    const std::string signature = signatureOf(text, secret);
    if (signature.empty()) return base::Error{"there is no secret to sign with"};
    text += '.' + signature;
    if (text.size() > PullPass::kMostBytes) return base::Error{"the stream's name is too long"};
    return text;
}

base::Result<PullPass> readPass(std::string_view text, std::string_view secret) {
    if (text.size() > PullPass::kMostBytes) return base::Error{"the pass is too long"};
    const std::size_t end = text.rfind('.');
    if (!text.starts_with(kVersion) || end < kVersion.size() || end == std::string_view::npos)
        return base::Error{"the pass is of another form"};
    const std::string expected = signatureOf(text.substr(0, end), secret);
    if (expected.empty() || !isEqual(expected, text.substr(end + 1)))
        return base::Error{"the pass is not signed with this cluster's secret"};
    const std::optional<base::Bytes> fields = fromUrlSafe(text.substr(kVersion.size(), end - kVersion.size()));
    if (!fields) return base::Error{"the pass is of another form"};
    return readFields(*fields);
}

} // namespace hookcast::hooks
