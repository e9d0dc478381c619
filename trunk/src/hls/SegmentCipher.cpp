#include "hls/SegmentCipher.h"

#include "base/PercentEncoding.h"
#include "config/HlsFiles.h"
#include "hub/NameVariables.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::size_t kBlockBytes = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

bool fillRandomly(std::array<std::uint8_t, kBlockBytes>& bytes) {
    return RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
}

bool isElsewhere(const std::string& url) {
    return url.starts_with("/") || url.find("://") != std::string::npos;
}

/// Where players find the key: `prefix` may have a query, which stays at the end. What is no whole URL and no whole
/// path is a name below HLS's root, like that of a segment, and is encoded where the playlist is written.
std::string keyUrlOf(const std::string& prefix, const std::string& name) {
    if (prefix.empty()) return name;
    const std::size_t query = std::min(prefix.find('?'), prefix.size());
    std::string url = prefix.substr(0, query);
    if (!url.ends_with('/')) url += '/';
    return url + (isElsewhere(prefix) ? base::percentEncoded(name, "/") : name) + prefix.substr(query);
}

} // namespace

base::Result<BytesPtr> encryptSegment(const Segment& segment, const SegmentKey& key) {
    const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
    const base::Error failed{"a segment cannot be encrypted"};
    if (context == nullptr ||
        EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.key.data(), key.iv.data()) != 1)
        return failed;
    std::size_t sizeBytes = 0;
    for (const Part& part : segment.parts) sizeBytes += part.bytes->size();
    auto sealed = std::make_shared<base::Bytes>(sizeBytes + kBlockBytes);
    std::size_t filled = 0;
    int written = 0;
    for (const Part& part : segment.parts) {
        if (EVP_EncryptUpdate(context.get(), sealed->data() + filled, &written, part.bytes->data(),
                              static_cast<int>(part.bytes->size())) != 1)
            return failed;
        filled += static_cast<std::size_t>(written);
    }
    if (EVP_EncryptFinal_ex(context.get(), sealed->data() + filled, &written) != 1) return failed;
    sealed->resize(filled + static_cast<std::size_t>(written));
    return BytesPtr(std::move(sealed));
}

base::Result<void> SegmentCipher::seal(Segment& segment) {
    if (usesLeft_ == 0)
        if (base::Result<void> renewed = renew(segment); !renewed) return renewed;
    auto key = std::make_shared<SegmentKey>(current_);
    if (!fillRandomly(key->iv)) return base::Error{"there are no random numbers for a segment's encryption"};
    base::Result<BytesPtr> sealed = encryptSegment(segment, *key);
    if (!sealed) return sealed.error();
    --usesLeft_;
    const bool isIndependent = !segment.parts.empty() && segment.parts.front().isIndependent;
    segment.sizeBytes = sealed.value()->size();
    segment.parts = {Part{sealed.take(), segment.durationUs, isIndependent}};
    segment.key = std::move(key);
    return {};
}

base::Result<void> SegmentCipher::renew(const Segment& segment) {
    if (!fillRandomly(current_.key)) return base::Error{"there are no random numbers for a key"};
    current_.name = nameOf(segment.sequence, segment.startUnixMs);
    current_.url = keyUrlOf(keyUrl_, current_.name);
    usesLeft_ = segmentsPerKey_;
    return {};
}

/// A pattern that does not tell keys apart gets the number before its ending.
std::string SegmentCipher::nameOf(std::uint64_t sequence, std::int64_t unixMs) const {
    hub::Variables variables = hub::variablesOf(stream_, unixMs, base::TimeZone::Local);
    variables.emplace_back("[seq]", std::to_string(sequence));
    return hub::replaceVariables(config::distinctPattern(keyFile_), variables);
}

base::Result<void> SegmentCipher::check() const {
    for (const std::string* part : {&stream_.vhost, &stream_.app, &stream_.stream})
        if (!hub::isSafeFileName(*part)) return base::Error{"the stream's name cannot be one of a file"};
    if (!hub::isSafeFileName(nameOf(UINT64_MAX, 0))) return base::Error{"the name of its keys cannot be one of a file"};
    return {};
}

} // namespace hookcast::hls
