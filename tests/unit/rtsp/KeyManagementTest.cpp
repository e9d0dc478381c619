#include "rtsp/KeyManagement.h"

#include "rtsp/PlayerKeys.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::rtsp {
namespace {

using support::errorOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kUrl = "rtsps://host/live/show/trackID=0";

/// GStreamer 1.22's, with a key of 30 times 0x07.
constexpr const char* kMikey = "AQAFAMPvnKwBAACJhQyNAAAAAAsA7bmYHAAAAAAKEAABAgMEBQYHCAkKCwwNDg8BAAAAFQABAQEBEAIBAQMB"
                               "CgcBAQgBAQoBAQAAACIAIAAeBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHAA==";

srtp::Keying someKeying(srtp::Tag tag = srtp::Tag::Bits80) {
    srtp::Keying keying;
    keying.key.bytes.fill(7);
    keying.tag = tag;
    return keying;
}

RtspRequest setUp(const std::string& keyMgmt = "") {
    RtspRequest request{"SETUP", kUrl, {}, {}};
    if (!keyMgmt.empty()) request.headers.add("KeyMgmt", keyMgmt);
    return request;
}

TEST(KeyManagement, ReadsWhatGStreamerSends) {
    const auto keying = parseKeyMgmt(std::string("prot=mikey; uri=\"") + kUrl + "\"; data=\"" + kMikey + "\"");
    ASSERT_EQ(errorOf(keying), "");
    EXPECT_EQ(keying.value(), someKeying());
}

TEST(KeyManagement, TakesTheAlternativeThatIsMikey) {
    const std::string header =
        std::string("prot=\"other;one\";data=\"x,y\" , PROT=MIKEY;uri=\"a,b\";DATA=\"") + kMikey + "\"";
    ASSERT_EQ(errorOf(parseKeyMgmt(header)), "");
    EXPECT_EQ(errorOf(parseKeyMgmt("")), "a KeyMgmt header without a MIKEY message");
    EXPECT_EQ(errorOf(parseKeyMgmt("prot=mikey")), "a KeyMgmt header without a MIKEY message");
    EXPECT_EQ(errorOf(parseKeyMgmt("data=\"AAAA\"")), "a KeyMgmt header without a MIKEY message");
    EXPECT_EQ(errorOf(parseKeyMgmt("prot=mikey;data=\"!\"")), "a MIKEY message that is not base 64");
    EXPECT_EQ(errorOf(parseKeyMgmt("prot=mikey;data=\"\"")), "a MIKEY message that cannot be used: it ends too early");
}

TEST(KeyManagement, ReadsWhatItWrites) {
    for (const srtp::Tag tag : {srtp::Tag::Bits80, srtp::Tag::Bits32}) {
        const auto header = writeKeyMgmt("rtsps://host/\"odd\"", someKeying(tag), 1);
        ASSERT_EQ(errorOf(header), "");
        EXPECT_THAT(header.value(), StartsWith("prot=mikey; uri=\"rtsps://host/odd\"; data=\""));
        EXPECT_EQ(parseKeyMgmt(header.value()).value(), someKeying(tag));

        const auto line = writeKeyMgmtLine(someKeying(tag), 1);
        ASSERT_EQ(errorOf(line), "");
        EXPECT_THAT(line.value(), StartsWith("a=key-mgmt:mikey "));
        EXPECT_THAT(line.value(), EndsWith("\r\n"));
        EXPECT_EQ(keyingIn("m=video 0 RTP/SAVP 96\r\n" + line.value()).value(), someKeying(tag));

        EXPECT_EQ(keyingIn("m=video 0 RTP/SAVP 96\r\n" + writeCryptoLine(someKeying(tag))).value(), someKeying(tag));
    }
}

TEST(KeyManagement, WritesKeysInTheClearAsFfmpegWantsThem) {
    EXPECT_EQ(writeCryptoLine(someKeying()),
              "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\r\n");
}

TEST(KeyManagement, FindsAPublishersKey) {
    const std::string key = "inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    EXPECT_FALSE(keyingIn("m=video 0 RTP/AVP 96\na=control:1\n").value());
    EXPECT_EQ(keyingIn("a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^20\n").value(), someKeying());
    EXPECT_EQ(keyingIn("a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AAAA\n"
                       "a=crypto:2  aes_cm_128_hmac_sha1_32  " +
                       key + "\r\n")
                  .value(),
              someKeying(srtp::Tag::Bits32))
        << "the first that can be used";
    EXPECT_EQ(errorOf(keyingIn("a=crypto:1 F8_128_HMAC_SHA1_80 " + key + "\n")),
              "a crypto suite that is not known here");
    const std::string others = "a crypto line with parameters that are not known here";
    EXPECT_EQ(errorOf(keyingIn("a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^20|1:4\n")), others) << "an MKI";
    EXPECT_EQ(errorOf(keyingIn("a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + key + " UNENCRYPTED_SRTP\n")), others);
    EXPECT_EQ(errorOf(keyingIn("a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:x\n")), others);
    EXPECT_EQ(errorOf(keyingIn("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcH\n")), "a crypto line without a key");
    EXPECT_EQ(errorOf(keyingIn("a=crypto:\n")), "a crypto suite that is not known here");
    EXPECT_EQ(errorOf(keyingIn("a=key-mgmt:other AAAA\n")), "a key management protocol that is not MIKEY");
}

TEST(PlayerKeys, AreAskedForByUrl) {
    EXPECT_EQ(keyTellingIn(""), KeyTelling::None);
    EXPECT_EQ(keyTellingIn("?srtp=mikey"), KeyTelling::Mikey);
    EXPECT_EQ(keyTellingIn("?token=a&srtp=sdes&b"), KeyTelling::Crypto);
    EXPECT_EQ(keyTellingIn("?srtp=sdes/"), KeyTelling::Crypto);
    for (const char* other : {"?srtp", "?srtp=on", "?asrtp=mikey", "?token=srtp=mikey", "?srtp=mikeys"})
        EXPECT_EQ(keyTellingIn(other), KeyTelling::None) << other;
}

TEST(PlayerKeys, ThatAreToldOfAreThoseOfSetUp) {
    PlayerKeys keys;
    const auto lines = keys.describe(KeyTelling::Mikey, 2, 1);
    ASSERT_THAT(lines.value(), SizeIs(2));
    const auto told = keyingIn(lines.value()[1]).value();
    const auto granted = keys.setUp(1, setUp(), 1);
    ASSERT_EQ(errorOf(granted), "");
    EXPECT_EQ(parseKeyMgmt(granted.value().keyMgmt).value(), *told);
    EXPECT_NE(keyingIn(lines.value()[0]).value(), told) << "each track has its own";
}

TEST(PlayerKeys, InTheClearNeedNoKeyManagement) {
    PlayerKeys keys;
    EXPECT_FALSE(keys.areInTheClear());
    EXPECT_THAT(keys.describe(KeyTelling::Crypto, 1, 1).value()[0], StartsWith("a=crypto:1 "));
    EXPECT_TRUE(keys.areInTheClear());
    EXPECT_EQ(keys.setUp(0, setUp(), 1).value().keyMgmt, "");
}

TEST(PlayerKeys, WithoutADescriptionTheClientHasToBringOne) {
    const PlayerKeys keys;
    EXPECT_EQ(errorOf(keys.setUp(0, setUp(), 1)), "SRTP without a KeyMgmt header");
    EXPECT_THAT(errorOf(keys.setUp(0, setUp("x"), 1)), HasSubstr("KeyMgmt"));
    const auto granted = keys.setUp(0, setUp(writeKeyMgmt(kUrl, someKeying(srtp::Tag::Bits32), 1).take()), 1);
    ASSERT_EQ(errorOf(granted), "");
    const srtp::Keying ours = parseKeyMgmt(granted.value().keyMgmt).take();
    EXPECT_EQ(ours.tag, srtp::Tag::Bits32);
    EXPECT_NE(ours.key, someKeying().key);
}

} // namespace
} // namespace hookcast::rtsp
