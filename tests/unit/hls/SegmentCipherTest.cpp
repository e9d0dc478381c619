#include "hls/SegmentCipher.h"

#include "unit/hls/DiskSegments.h"

#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <set>

namespace hookcast::hls {
namespace {

std::string decrypted(const Segment& segment) {
    const base::Bytes& sealed = *segment.parts.front().bytes;
    std::string text(sealed.size() + 16, '\0');
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int first = 0;
    int last = 0;
    auto* const out = reinterpret_cast<unsigned char*>(text.data());
    EXPECT_EQ(EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), nullptr, segment.key->key.data(), segment.key->iv.data()),
              1);
    EXPECT_EQ(EVP_DecryptUpdate(context, out, &first, sealed.data(), static_cast<int>(sealed.size())), 1);
    EXPECT_EQ(EVP_DecryptFinal_ex(context, out + first, &last), 1);
    EVP_CIPHER_CTX_free(context);
    text.resize(static_cast<std::size_t>(first + last));
    return text;
}

config::HlsConfig keyed(std::uint32_t segmentsPerKey, const std::string& url = "") {
    config::HlsConfig hls;
    hls.keys = true;
    hls.segmentsPerKey = segmentsPerKey;
    hls.keyUrl = url;
    return hls;
}

TEST(SegmentCipher, EncryptsAllPartsAsOne) {
    for (const std::size_t size : {1U, 15U, 16U, 17U, 5000U}) {
        SegmentCipher cipher(keyed(5), diskKeyOfStream());
        const std::string text(size, 'x');
        Segment segment = diskSegment(0, text);
        segment.parts.push_back({bytesOf("and more"), 1000, false});
        ASSERT_TRUE(cipher.seal(segment));
        ASSERT_EQ(segment.parts.size(), 1U);
        EXPECT_TRUE(segment.parts.front().isIndependent);
        EXPECT_EQ(segment.sizeBytes, segment.parts.front().bytes->size());
        EXPECT_EQ(segment.sizeBytes % 16, 0U);
        EXPECT_EQ(decrypted(segment), text + "and more");
    }
}

TEST(SegmentCipher, HasAKeyForSoManySegmentsAndAVectorForEach) {
    SegmentCipher cipher(keyed(3), diskKeyOfStream());
    std::set<std::array<std::uint8_t, 16>> keys;
    std::set<std::array<std::uint8_t, 16>> vectors;
    std::vector<std::string> names;
    for (std::uint64_t i = 10; i < 16; ++i) {
        Segment segment = diskSegment(i);
        ASSERT_TRUE(cipher.seal(segment));
        keys.insert(segment.key->key);
        vectors.insert(segment.key->iv);
        names.push_back(segment.key->name);
    }
    EXPECT_EQ(keys.size(), 2U);
    EXPECT_EQ(vectors.size(), 6U);
    EXPECT_EQ(names.front(), "live/one-10.key");
    EXPECT_EQ(names[2], "live/one-10.key");
    EXPECT_EQ(names[3], "live/one-13.key");
}

TEST(SegmentCipher, TellsWhereTheKeyIs) {
    const auto urlWith = [](const std::string& prefix) {
        SegmentCipher cipher(keyed(1, prefix), {"v", "live", "a b"});
        Segment segment = diskSegment(2);
        EXPECT_TRUE(cipher.seal(segment));
        return segment.key->url;
    };
    EXPECT_EQ(urlWith(""), "live/a b-2.key") << "like a segment, at http_server";
    EXPECT_EQ(urlWith("https://keys/x"), "https://keys/x/live/a%20b-2.key");
    EXPECT_EQ(urlWith("https://keys/x/?auth=1"), "https://keys/x/live/a%20b-2.key?auth=1");
    EXPECT_EQ(urlWith("/keys"), "/keys/live/a%20b-2.key");
}

TEST(SegmentCipher, HasNoKeysThatLeaveTheirFolder) {
    EXPECT_TRUE(SegmentCipher(keyed(1), diskKeyOfStream()).check());
    EXPECT_FALSE(SegmentCipher(keyed(1), {"v", "..", "one"}).check());
    config::HlsConfig hls = keyed(1);
    hls.keyFile = "../[stream]-[seq].key";
    EXPECT_FALSE(SegmentCipher(hls, diskKeyOfStream()).check());
}

} // namespace
} // namespace hookcast::hls
