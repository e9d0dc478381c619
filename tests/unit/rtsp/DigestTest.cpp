#include "rtsp/Digest.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace hookcast::rtsp {
namespace {

using Scheme = config::RtspAuthScheme;

/// What a backend does with what it is told.
std::string responseOf(Scheme scheme, const DigestAnswer& answer, const std::string& password) {
    const std::string ha1 = *digestOf(scheme, answer.user + ":" + answer.realm + ":" + password);
    return *digestOf(scheme, ha1 + ":" + *digestRest(scheme, answer, "GET"));
}

TEST(Digest, IsThatOfTheExamplesOfRfc7616) {
    // 3.9.1
    DigestAnswer answer;
    answer.user = "Mufasa";
    answer.realm = "http-auth@example.org";
    answer.uri = "/dir/index.html";
    answer.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    answer.nonceCount = "00000001";
    answer.clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    answer.qop = "auth";
    EXPECT_EQ(responseOf(Scheme::DigestMd5, answer, "Circle of Life"), "8ca523f5e9506fed4657c9700eebdbec");
    EXPECT_EQ(responseOf(Scheme::DigestSha256, answer, "Circle of Life"),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(Digest, IsThatOfTheExampleOfRfc2617) {
    // 3.5
    DigestAnswer answer;
    answer.user = "Mufasa";
    answer.realm = "testrealm@host.com";
    answer.uri = "/dir/index.html";
    answer.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    answer.nonceCount = "00000001";
    answer.clientNonce = "0a4f113b";
    answer.qop = "auth";
    EXPECT_EQ(responseOf(Scheme::DigestMd5, answer, "Circle Of Life"), "6629fae49393a05397450978507c4ef1");
}

/// As the errata of RFC 2069 have its example.
TEST(Digest, IsThatOfRfc2069WithoutAQualityOfProtection) {
    DigestAnswer answer;
    answer.user = "Mufasa";
    answer.realm = "testrealm@host.com";
    answer.uri = "/dir/index.html";
    answer.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    EXPECT_EQ(responseOf(Scheme::DigestMd5, answer, "CircleOfLife"), "1949323746fe6a43ef61f9606e7febea");
}

TEST(Digest, HasPartsThatCanBe) {
    DigestAnswer answer;
    answer.response = std::string(32, 'a');
    EXPECT_EQ(faultIn(Scheme::DigestMd5, answer), "");
    EXPECT_NE(faultIn(Scheme::DigestSha256, answer), "") << "too short";
    answer.response = std::string(31, 'a') + "g";
    EXPECT_NE(faultIn(Scheme::DigestMd5, answer), "");
    answer.response = std::string(64, 'F');
    EXPECT_EQ(faultIn(Scheme::DigestSha256, answer), "");
    answer.qop = "auth";
    answer.nonceCount = "0000000a";
    answer.clientNonce = "c";
    EXPECT_EQ(faultIn(Scheme::DigestSha256, answer), "");
    for (const auto& [qop, count, clientNonce] :
         {std::tuple("auth-int", "00000001", "c"), std::tuple("auth", "1", "c"), std::tuple("auth", "0000000x", "c"),
          std::tuple("auth", "00000001", ""), std::tuple("auth", "", "c")}) {
        answer.qop = qop;
        answer.nonceCount = count;
        answer.clientNonce = clientNonce;
        EXPECT_NE(faultIn(Scheme::DigestSha256, answer), "") << qop << count << clientNonce;
    }
}

} // namespace
} // namespace hookcast::rtsp
