#include "rtsp/Authorization.h"

#include "base/Base64.h"
#include "base/Bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookcast::rtsp {
namespace {

std::optional<BasicAnswer> basicIn(std::string_view header) {
    const auto read = parseAuthorization(header);
    if (!read || !std::holds_alternative<BasicAnswer>(read.value())) return std::nullopt;
    return std::get<BasicAnswer>(read.value());
}

std::optional<DigestAnswer> digestIn(std::string_view header) {
    const auto read = parseAuthorization(header);
    if (!read || !std::holds_alternative<DigestAnswer>(read.value())) return std::nullopt;
    return std::get<DigestAnswer>(read.value());
}

std::string basicOf(std::string_view pair) {
    return "Basic " + base::toBase64(base::asBytes(pair));
}

TEST(Authorization, BasicIsAUserAndAPassword) {
    EXPECT_EQ(basicIn("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), (BasicAnswer{"Aladdin", "open sesame"})) << "RFC 7617, 2";
    EXPECT_EQ(basicIn("Basic dGVzdDoxMjPCow=="), (BasicAnswer{"test", "123\xC2\xA3"})) << "RFC 7617, 2.1";
    EXPECT_EQ(basicIn("bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ  "), (BasicAnswer{"Aladdin", "open sesame"}));
    EXPECT_EQ(basicIn(basicOf("ann:a:b:")), (BasicAnswer{"ann", "a:b:"})) << "the first colon counts";
    EXPECT_EQ(basicIn(basicOf(":")), (BasicAnswer{"", ""}));
}

TEST(Authorization, BasicThatIsNoneIsAnError) {
    for (const std::string& header :
         {std::string("Basic"), std::string("Basic "), std::string("Basic !"), basicOf("ann"), basicOf(""),
          basicOf("ann:\xFF"), basicOf("a\nb:c"), basicOf(std::string_view("a\0:b", 4)), basicOf("a:\x7F"),
          basicOf("a\tb:c"), std::string("BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=="), std::string("Basic QTpC QTpC")})
        EXPECT_FALSE(parseAuthorization(header).ok()) << header;
}

TEST(Authorization, DigestHasItsParameters) {
    // RFC 7616, 3.9.1
    const auto answer = digestIn(
        "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=MD5, "
        "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
        "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
        "response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, (DigestAnswer{"Mufasa", "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                     "/dir/index.html", "8ca523f5e9506fed4657c9700eebdbec", "MD5", "auth", "00000001",
                                     "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"}));
}

TEST(Authorization, DigestIsReadAsItsGrammarSays) {
    EXPECT_EQ(digestIn(R"(Digest username="a\"b\\c,d=e")")->user, R"(a"b\c,d=e)");
    EXPECT_EQ(digestIn(R"(Digest username="\a\n")")->user, "an");
    EXPECT_EQ(digestIn("Digest username=ann")->user, "ann");
    EXPECT_EQ(digestIn("Digest username=\"\"")->user, "");
    EXPECT_EQ(digestIn("DIGEST , ,UserName \t=\t \"ann\",, Nonce=\"n\" ,")->nonce, "n");
    EXPECT_EQ(digestIn("Digest username=\"ann\",auth-int=1,x=\"y, z\",URI=\"u\"")->uri, "u") << "what is unknown";
    EXPECT_EQ(digestIn("Digest username=\"ann\",userhash=false,qop=\"auth\"")->qop, "auth");
    EXPECT_EQ(digestIn("Digest username=\"Gr\xC3\xBC\"")->user, "Gr\xC3\xBC");
}

TEST(Authorization, DigestThatIsNoneIsAnError) {
    for (const char* header : {"",
                               " ",
                               "Digest",
                               "Digest realm=\"r\"",
                               "Digest username",
                               "Digest username=",
                               "Digest username=\"ann",
                               "Digest username=\"ann\\",
                               "Digest username=\"ann\\\"",
                               "Digest username=\"ann\" realm=\"r\"",
                               "Digest username=\"ann\"realm=\"r\"",
                               "Digest =\"ann\"",
                               "Digest username=\"ann\", =x",
                               "Digest username=\"ann\", username=\"bob\"",
                               "Digest username=\"ann\", USERNAME=\"ann\"",
                               "Digest username=\"ann\", response=\"1\", response=\"2\"",
                               "Digest username=\"ann\", userhash=true",
                               "Digest username=\"a\tb\"",
                               "Digest username=\"a\x01\"",
                               "Digest username=\"\xFF\"",
                               "Digest;username=ann",
                               "Bearer abc",
                               "Negotiate",
                               "\"Digest\" username=ann",
                               "Digest username==x",
                               "Digest username=\"ann\", nc=/"})
        EXPECT_FALSE(parseAuthorization(header).ok()) << header;
}

TEST(Authorization, HugeFieldsAreReadInOneGo) {
    const std::string huge(1 << 20U, 'x');
    EXPECT_EQ(digestIn("Digest username=\"" + huge + "\"")->user.size(), huge.size());
    EXPECT_FALSE(parseAuthorization("Digest username=\"" + huge).ok());
    EXPECT_FALSE(parseAuthorization("Digest " + huge).ok());
    EXPECT_FALSE(parseAuthorization(huge).ok());
    EXPECT_TRUE(digestIn("Digest username=a" + std::string(1 << 20U, ',')));
    EXPECT_EQ(basicIn(basicOf("ann:" + huge))->password.size(), huge.size());
}

/// The error goes into the log.
TEST(Authorization, ErrorsHaveNothingOfTheHeader) {
    for (const std::string& header : {basicOf("secretsecret"), std::string("Basic secret!"),
                                      std::string("Digest username=\"secret"), std::string("secret secret")})
        EXPECT_THAT(parseAuthorization(header).error().message, testing::Not(testing::HasSubstr("secret")));
}

TEST(Authorization, NamesAUser) {
    EXPECT_EQ(userOf(parseAuthorization(basicOf("ann:x")).value()), "ann");
    EXPECT_EQ(userOf(parseAuthorization("Digest username=bob").value()), "bob");
}

} // namespace
} // namespace hookcast::rtsp
