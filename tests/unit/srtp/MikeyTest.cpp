#include "srtp/Mikey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::srtp {
namespace {

using base::Bytes;
using testing::HasSubstr;

Keying someKeying(Tag tag = Tag::Bits80) {
    Keying keying;
    for (std::size_t i = 0; i < MasterKey::kSizeBytes; ++i) keying.key.bytes[i] = static_cast<std::uint8_t>(0xC0 + i);
    keying.tag = tag;
    return keying;
}

void add(Bytes& to, const Bytes& more) {
    to.insert(to.end(), more.begin(), more.end());
}

Bytes keyBytes() {
    const MasterKey key = someKeying().key;
    return {key.bytes.begin(), key.bytes.end()};
}

/// A message as GStreamer 1.22 sends it: header, time, random, policy, key.
struct Letter {
    Bytes header = {1, 0, 5, 0, 0x11, 0x22, 0x33, 0x44, 1, 0};
    Bytes sessions = {0, 0xAA, 0xBB, 0xCC, 0xDD, 0, 0, 0, 7};
    Bytes time = {11, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    Bytes random = {10, 2, 0x99, 0x98};
    Bytes policyHead = {1, 0, 0};
    Bytes policy = {0, 1, 1, 1, 1, 16, 2, 1, 1, 3, 1, 10, 7, 1, 1, 8, 1, 1, 10, 1, 1};
    Bytes kemacHead = {0, 0};
    Bytes keyHead = {0, 0x20, 0, 30};
    Bytes key = keyBytes();
    Bytes behindKey = {};
    std::uint8_t mac = 0;

    Bytes bytes() const {
        Bytes all = header;
        for (const Bytes* part : {&sessions, &time, &random, &policyHead}) add(all, *part);
        add(all, {0, static_cast<std::uint8_t>(policy.size())});
        add(all, policy);
        add(all, kemacHead);
        const std::size_t keySize = keyHead.size() + key.size() + behindKey.size();
        add(all, {static_cast<std::uint8_t>(keySize >> 8U), static_cast<std::uint8_t>(keySize)});
        for (const Bytes* part : {&keyHead, &key, &behindKey}) add(all, *part);
        all.push_back(mac);
        return all;
    }
};

std::string faultOf(const Bytes& bytes) {
    const auto parsed = parseMikey(bytes);
    return parsed ? "" : parsed.error().message;
}

TEST(Mikey, ReadsWhatGStreamerSends) {
    const auto parsed = parseMikey(Letter().bytes());
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed.value().bundleId, 0x11223344U);
    EXPECT_EQ(parsed.value().sessions, (std::vector<CryptoSession>{{0, 0xAABBCCDD, 7}}));
    EXPECT_EQ(parsed.value().keying, someKeying());
}

TEST(Mikey, ReadsWhatItWrites) {
    for (const Tag tag : {Tag::Bits80, Tag::Bits32}) {
        MikeyMessage message;
        message.bundleId = 77;
        message.sessions = {{0, 1, 2}, {1, 3, 4}};
        message.keying = someKeying(tag);
        message.keying.mki = {1, 2, 3, 4};
        const auto parsed = parseMikey(writeMikey(message, {5, {}}));
        ASSERT_TRUE(parsed) << parsed.error().message;
        EXPECT_EQ(parsed.value(), message);
    }
}

/// Byte for byte what GStreamer writes of the same (gst_mikey_message_new_from_caps), but for the tag's length, which
/// it leaves out.
TEST(Mikey, WritesAsGStreamerDoes) {
    MikeyMessage message;
    message.bundleId = 0x11223344;
    message.sessions = {{0, 0xAABBCCDD, 7}};
    message.keying = someKeying();
    Letter letter;
    letter.random = {10, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    add(letter.policy, {11, 1, 10});
    EXPECT_EQ(writeMikey(message, {0x0102030405060708U, {}}), letter.bytes());
}

TEST(Mikey, AMessageOfItsOwnIsAboutTheKey) {
    const auto one = makeMikey(someKeying(), 1);
    const auto other = makeMikey(someKeying(), 1);
    ASSERT_TRUE(one && other);
    EXPECT_NE(one.value(), other.value());
    const auto parsed = parseMikey(one.value());
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed.value().keying, someKeying());
    EXPECT_EQ(parsed.value().sessions, (std::vector<CryptoSession>{{0, 0, 0}}));
}

TEST(Mikey, TheSaltMayStandByItself) {
    Letter letter;
    letter.keyHead = {0, 0x30, 0, 16};
    letter.key.resize(16);
    letter.behindKey = {0, 14};
    for (std::size_t i = 16; i < 30; ++i) letter.behindKey.push_back(someKeying().key.bytes[i]);
    const auto parsed = parseMikey(letter.bytes());
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed.value().keying, someKeying());
}

TEST(Mikey, AKeyMayHaveAName) {
    Letter letter;
    letter.keyHead[1] = 0x21;
    letter.behindKey = {3, 9, 8, 7};
    const auto parsed = parseMikey(letter.bytes());
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed.value().keying.mki, (Bytes{9, 8, 7}));
}

TEST(Mikey, TheTagIsAsLongAsThePolicySays) {
    const auto tagWith = [](const Bytes& policy) {
        Letter letter;
        letter.policy = policy;
        const auto parsed = parseMikey(letter.bytes());
        return parsed ? (parsed.value().keying.tag == Tag::Bits32 ? 32 : 80) : 0;
    };
    EXPECT_EQ(tagWith({}), 80);
    EXPECT_EQ(tagWith({3, 1, 4}), 32) << "GStreamer's";
    EXPECT_EQ(tagWith({3, 1, 20}), 80);
    EXPECT_EQ(tagWith({3, 1, 20, 11, 1, 4}), 32) << "the standard's";
    EXPECT_EQ(tagWith({11, 1, 10}), 80);
    EXPECT_EQ(tagWith({11, 1, 12}), 0);
}

TEST(Mikey, OtherCryptographyIsAFault) {
    const auto faultWith = [](const Bytes& policy) {
        Letter letter;
        letter.policy = policy;
        return faultOf(letter.bytes());
    };
    EXPECT_EQ(faultWith({0, 1, 0}), "its policy has 0 for parameter 0") << "no encryption";
    EXPECT_EQ(faultWith({0, 1, 2}), "its policy has 2 for parameter 0") << "AES-F8";
    EXPECT_EQ(faultWith({1, 1, 32}), "its policy has 32 for parameter 1") << "AES-256";
    EXPECT_EQ(faultWith({2, 1, 0}), "its policy has 0 for parameter 2") << "no authentication";
    EXPECT_EQ(faultWith({3, 1, 16}), "its policy has 16 for parameter 3");
    EXPECT_EQ(faultWith({4, 1, 12}), "its policy has 12 for parameter 4");
    EXPECT_EQ(faultWith({6, 2, 1, 0}), "its policy has 256 for parameter 6");
    for (const std::uint8_t isOff : {7, 8, 10}) EXPECT_NE(faultWith({isOff, 1, 0}), "") << unsigned(isOff);
    EXPECT_EQ(faultWith({9, 1, 1}), "") << "of no concern";
    EXPECT_EQ(faultWith({99, 1, 0}), "its policy has 0 for parameter 99");
    EXPECT_EQ(faultWith({0, 9, 1}), "a broken policy");
    EXPECT_EQ(faultWith({0, 5, 0, 0, 0, 0, 1}), "a broken policy");
}

TEST(Mikey, OtherMessagesAreAFault) {
    const auto fault = [](auto change) {
        Letter letter;
        change(letter);
        return faultOf(letter.bytes());
    };
    EXPECT_EQ(fault([](Letter& l) { l.header[0] = 2; }), "it is of version 2");
    EXPECT_EQ(fault([](Letter& l) { l.header[1] = 2; }), "its data type is 2") << "public keys";
    EXPECT_EQ(fault([](Letter& l) { l.header[9] = 1; }), "its sessions are of map type 1");
    EXPECT_EQ(fault([](Letter& l) { l.time[0] = 4; }), "a payload of type 4 is not known here");
    EXPECT_EQ(fault([](Letter& l) { l.time[1] = 3; }), "a time of type 3");
    EXPECT_EQ(fault([](Letter& l) { l.policyHead[2] = 1; }), "a policy of protocol type 1");
    EXPECT_EQ(fault([](Letter& l) { add(l.random, {10, 0, 0, 0, 0}); }), "it has several policies");
    EXPECT_EQ(fault([](Letter& l) { l.kemacHead[1] = 1; }), "its key is encrypted or signed");
    EXPECT_EQ(fault([](Letter& l) { l.mac = 1; }), "its key is encrypted or signed");
    EXPECT_EQ(fault([](Letter& l) { l.keyHead[0] = 20; }), "it has several keys");
    EXPECT_EQ(fault([](Letter& l) { l.keyHead[1] = 0x00; }), "a key of type 0") << "one to derive others from";
    EXPECT_EQ(fault([](Letter& l) { l.keyHead[1] = 0x22; }), "its key is valid by rule 2");
    EXPECT_EQ(fault([](Letter& l) { l.keyHead[3] = 31; }), "a broken key");
    EXPECT_EQ(fault([](Letter& l) {
                  l.keyHead[3] = 16;
                  l.key.resize(16);
              }),
              "a key of 16 bytes with a salt of 0");
    EXPECT_EQ(fault([](Letter& l) { l.random[0] = 0; }), "it has no key");
    EXPECT_EQ(fault([](Letter& l) {
                  l.keyHead[1] = 0x21;
                  l.behindKey = Bytes(130, 0);
                  l.behindKey[0] = 129;
              }),
              "the name of its key is too long");
    EXPECT_THAT(faultOf(Bytes(5000, 1)), HasSubstr("5000 bytes"));
}

TEST(Mikey, HalfAMessageIsNone) {
    const Bytes whole = Letter().bytes();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_NE(faultOf(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "") << size;
}

/// What a fault says goes into the log.
TEST(Mikey, NoFaultTellsOfTheKey) {
    const Bytes whole = Letter().bytes();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes broken = whole;
        broken[at] ^= 0xFFU;
        EXPECT_LT(faultOf(broken).size(), 60U) << at;
    }
}

} // namespace
} // namespace hookcast::srtp
