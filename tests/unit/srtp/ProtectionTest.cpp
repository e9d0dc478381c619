#include "srtp/Protection.h"

#include "srtp/PacketCipher.h"
#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::srtp {
namespace {

using base::Bytes;

constexpr std::size_t kHeaderBytes = 12;

Keying keyingOf(std::uint8_t seed, Tag tag = Tag::Bits80) {
    Keying keying;
    for (std::uint8_t& byte : keying.key.bytes) byte = seed++;
    keying.tag = tag;
    return keying;
}

Bytes rtpPacket(std::uint16_t sequence, std::uint32_t ssrc = 0x01020304) {
    Bytes packet = {0x80, 96, static_cast<std::uint8_t>(sequence >> 8U), static_cast<std::uint8_t>(sequence), 0, 0,
                    0,    9};
    for (unsigned shift : {24U, 16U, 8U, 0U}) packet.push_back(static_cast<std::uint8_t>(ssrc >> shift));
    for (int i = 0; i < 50; ++i) packet.push_back(static_cast<std::uint8_t>(sequence + i));
    return packet;
}

/// An empty receiver report.
Bytes rtcpPacket(std::uint32_t ssrc = 0x01020304) {
    Bytes packet = {0x80, 201, 0, 1};
    for (unsigned shift : {24U, 16U, 8U, 0U}) packet.push_back(static_cast<std::uint8_t>(ssrc >> shift));
    return packet;
}

unsigned sequenceOf(base::ByteSpan packet) {
    return static_cast<unsigned>(packet[2]) << 8U | packet[3];
}

Bytes copyOf(base::ByteSpan bytes) {
    return {bytes.begin(), bytes.end()};
}

/// One who sends, and one who receives what it sends.
struct Ends {
    explicit Ends(const Keying& keying) : Ends(keying, keying) {}
    Ends(const Keying& ours, const Keying& theirs)
        : sender(Outbound::make(ours).take()), receiver(Inbound::make(theirs).take()) {}

    Bytes rtp(Bytes packet) const {
        // In two pieces, as it may lie in a log.
        const std::vector<iovec> pieces = {{packet.data(), 7}, {packet.data() + 7, packet.size() - 7}};
        return copyOf(sender->rtp(pieces));
    }
    Bytes rtcp(Bytes packet) const {
        const iovec piece{packet.data(), packet.size()};
        return copyOf(sender->rtcp({&piece, 1}));
    }
    bool takesRtp(const Bytes& packet) const { return receiver->rtp(packet).has_value(); }

    std::unique_ptr<Outbound> sender;
    std::unique_ptr<Inbound> receiver;
};

class EachTag : public testing::TestWithParam<Tag> {};

TEST_P(EachTag, WhatIsProtectedComesOutAsItWas) {
    const Ends ends(keyingOf(1, GetParam()));
    const std::size_t tagBytes = GetParam() == Tag::Bits32 ? 4 : 10;
    const Bytes packet = rtpPacket(7);
    const Bytes sent = ends.rtp(packet);
    ASSERT_EQ(sent.size(), packet.size() + tagBytes);
    EXPECT_TRUE(std::equal(packet.begin(), packet.begin() + kHeaderBytes, sent.begin()))
        << "its header is in the clear";
    EXPECT_FALSE(std::equal(packet.begin() + kHeaderBytes, packet.end(), sent.begin() + kHeaderBytes));
    EXPECT_EQ(copyOf(ends.receiver->rtp(sent).value()), packet);

    const Bytes report = ends.rtcp(rtcpPacket());
    ASSERT_EQ(report.size(), rtcpPacket().size() + 4 + tagBytes);
    EXPECT_EQ(copyOf(ends.receiver->rtcp(report).value()), rtcpPacket());
    EXPECT_EQ(ends.receiver->dropped(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Srtp, EachTag, testing::Values(Tag::Bits80, Tag::Bits32),
                         [](const auto& test) { return test.param == Tag::Bits32 ? "Bits32" : "Bits80"; });

TEST(Protection, WithAnotherKeyNothingComesOut) {
    const Ends ends(keyingOf(1), keyingOf(2));
    EXPECT_FALSE(ends.takesRtp(ends.rtp(rtpPacket(7))));
    EXPECT_FALSE(ends.receiver->rtcp(ends.rtcp(rtcpPacket())));
    EXPECT_EQ(ends.receiver->dropped(), 2U);
}

TEST(Protection, WhatIsAlteredIsDropped) {
    const Ends ends(keyingOf(1));
    const Bytes sent = ends.rtp(rtpPacket(7));
    const Bytes report = ends.rtcp(rtcpPacket());
    std::uint64_t dropped = 0;
    for (std::size_t at = 0; at < sent.size(); ++at) {
        Bytes altered = sent;
        altered[at] ^= 1U;
        EXPECT_FALSE(ends.takesRtp(altered)) << at;
        ++dropped;
    }
    for (std::size_t at = 0; at < report.size(); ++at) {
        Bytes altered = report;
        altered[at] ^= 1U;
        EXPECT_FALSE(ends.receiver->rtcp(altered)) << at;
        ++dropped;
    }
    for (std::size_t size = 0; size < sent.size(); ++size) {
        const Bytes part(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(ends.takesRtp(part)) << size;
        EXPECT_FALSE(ends.receiver->rtcp(part)) << size;
        dropped += 2;
    }
    EXPECT_EQ(ends.receiver->dropped(), dropped);
    EXPECT_TRUE(ends.takesRtp(sent)) << "what is dropped leaves nothing behind";
    EXPECT_TRUE(ends.receiver->rtcp(report));
}

TEST(Protection, WhatComesTwiceIsDropped) {
    const Ends ends(keyingOf(1));
    const Bytes sent = ends.rtp(rtpPacket(7));
    const Bytes report = ends.rtcp(rtcpPacket());
    EXPECT_TRUE(ends.takesRtp(sent));
    EXPECT_TRUE(ends.receiver->rtcp(report));
    EXPECT_FALSE(ends.takesRtp(sent));
    EXPECT_FALSE(ends.receiver->rtcp(report));
    EXPECT_EQ(ends.receiver->dropped(), 2U);
}

TEST(Protection, WhatIsInTheClearIsDropped) {
    const Ends ends(keyingOf(1));
    EXPECT_FALSE(ends.takesRtp(rtpPacket(7)));
    EXPECT_FALSE(ends.receiver->rtcp(rtcpPacket()));
    EXPECT_FALSE(ends.takesRtp({}));
}

/// The rollover counter is right behind each wrap, wherever it begins.
TEST(Protection, SequenceNumbersWrap) {
    for (const unsigned begin : {100U, 40000U, 65530U}) {
        const Ends ends(keyingOf(1));
        for (unsigned i = 0; i < 66'000; ++i) {
            const Bytes packet = rtpPacket(static_cast<std::uint16_t>(begin + i));
            const auto opened = ends.receiver->rtp(ends.rtp(packet));
            ASSERT_TRUE(opened) << begin << " + " << i;
            ASSERT_EQ(copyOf(*opened), packet);
        }
    }
}

/// A receiver cannot follow over more than half of the numbers, so they go on.
TEST(Protection, WhoMissesMuchOfAStreamCanFollow) {
    const Ends ends(keyingOf(1));
    std::uint16_t sequence = 60000;
    unsigned sent = sequence;
    EXPECT_TRUE(ends.takesRtp(ends.rtp(rtpPacket(sequence))));
    for (const int gap : {1, 1000, Outbound::kLongestGap, 20000, 40000, 65536, 65536 - 30, 1}) {
        sequence = static_cast<std::uint16_t>(sequence + gap);
        const Bytes packet = ends.rtp(rtpPacket(sequence));
        ASSERT_FALSE(packet.empty()) << gap;
        sent += gap <= Outbound::kLongestGap ? static_cast<unsigned>(gap) : 1U;
        EXPECT_EQ(sequenceOf(packet), sent & 0xFFFFU) << gap;
        const auto opened = ends.receiver->rtp(packet);
        ASSERT_TRUE(opened) << gap;
        EXPECT_EQ((*opened)[kHeaderBytes], static_cast<std::uint8_t>(sequence)) << "it is the packet behind the gap";
    }
}

TEST(Protection, AnotherSourceBeginsAnew) {
    const Ends ends(keyingOf(1));
    EXPECT_TRUE(ends.takesRtp(ends.rtp(rtpPacket(50000, 1))));
    const Bytes packet = ends.rtp(rtpPacket(3, 2));
    EXPECT_EQ(sequenceOf(packet), 3U);
    EXPECT_TRUE(ends.takesRtp(packet));
}

/// The cipher's stream would be the same for two packets, and their difference in the clear.
TEST(Protection, NoSourceComesBack) {
    const Ends ends(keyingOf(1));
    EXPECT_FALSE(ends.rtp(rtpPacket(1, 1)).empty());
    EXPECT_FALSE(ends.rtp(rtpPacket(1, 2)).empty());
    EXPECT_TRUE(ends.rtp(rtpPacket(1, 1)).empty());
    for (std::uint32_t ssrc = 3; ssrc <= Outbound::kMaxSources; ++ssrc)
        EXPECT_FALSE(ends.rtp(rtpPacket(1, ssrc)).empty()) << ssrc;
    EXPECT_TRUE(ends.rtp(rtpPacket(1, 99)).empty());
}

/// A packet that comes again has another number, for the same reason.
TEST(Protection, NoNumberComesTwice) {
    const Ends ends(keyingOf(1));
    const Bytes first = ends.rtp(rtpPacket(7));
    const Bytes second = ends.rtp(rtpPacket(7));
    EXPECT_EQ(sequenceOf(second), 8U);
    EXPECT_NE(Bytes(first.begin() + kHeaderBytes, first.end()), Bytes(second.begin() + kHeaderBytes, second.end()));
}

/// CSRCs and extension are a part of the header, which stays in the clear.
TEST(Protection, EncryptsBehindTheWholeHeader) {
    const Ends ends(keyingOf(1));
    Bytes packet = rtpPacket(7);
    packet[0] = 0x92; // two CSRCs, an extension
    const Bytes more = {1, 1, 1, 1, 2, 2, 2, 2, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9};
    packet.insert(packet.begin() + kHeaderBytes, more.begin(), more.end());
    const Bytes sent = ends.rtp(packet);
    const std::size_t header = kHeaderBytes + more.size();
    ASSERT_EQ(sent.size(), packet.size() + 10);
    EXPECT_TRUE(std::equal(sent.begin(), sent.begin() + header, packet.begin()));
    EXPECT_EQ(copyOf(ends.receiver->rtp(sent).value()), packet);
    packet[0] = 0x9F; // of which there is no end
    packet.resize(40);
    EXPECT_TRUE(ends.rtp(packet).empty());
}

/// RFC 3711, B.3: session keys of a master key, told by what they make of zeros.
TEST(Protection, DerivesKeysAsTheStandardDoes) {
    Keying keying;
    const Bytes master = support::hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
    std::ranges::copy(master, keying.key.bytes.begin());
    const auto cipher = PacketCipher::make(keying, PacketCipher::Use::Rtp).take();
    // Cipher key C61E7A93744F39EE10734AFE3FF7A087 and salt 30CBBC08863D8C85D49DB34A9AE1, of SSRC and index 0.
    Bytes stream(32);
    ASSERT_TRUE(cipher->encrypt(stream, 0, 0));
    EXPECT_EQ(stream, support::hex("FA63BC4668685B65F8FA1CE3909CEAD5 4DFB05F154B623DDE2BB3DD717DFC3FB"));
    // HMAC-SHA1 with CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4 of nothing.
    Bytes tag(cipher->tagBytes());
    cipher->sign({}, {}, tag.data());
    EXPECT_EQ(tag, support::hex("0B008D40F18E9E1CEF18"));
}

/// Who has the key could make up as many sources as there is memory.
TEST(Protection, AClientIsOnlySoManySources) {
    const Ends ends(keyingOf(1));
    for (std::uint32_t ssrc = 0; ssrc < Inbound::kMaxSources; ++ssrc)
        EXPECT_TRUE(ends.receiver->rtcp(ends.rtcp(rtcpPacket(ssrc)))) << ssrc;
    EXPECT_FALSE(ends.receiver->rtcp(ends.rtcp(rtcpPacket(99))));
    EXPECT_TRUE(ends.receiver->rtcp(ends.rtcp(rtcpPacket(0)))) << "those that are known go on";
    EXPECT_EQ(ends.receiver->dropped(), 1U);
}

/// A key that has a name is named in each packet; who names another one, or none, is not heard.
TEST(Protection, AKeyIsKnownByItsName) {
    Keying named = keyingOf(1);
    named.mki = {1, 2, 3, 4};
    const auto receiver = Inbound::make(named).take();
    const Ends plain(keyingOf(1));
    Bytes report = plain.rtcp(rtcpPacket());
    EXPECT_FALSE(receiver->rtcp(report)) << "without its name";
    // RFC 3711, 3.4: the name stands between the index and the tag.
    report.insert(report.end() - 10, named.mki.begin(), named.mki.end());
    EXPECT_TRUE(receiver->rtcp(report));
}

TEST(Protection, WhatIsNoPacketIsNotSent) {
    const Ends ends(keyingOf(1));
    EXPECT_TRUE(copyOf(ends.sender->rtp({})).empty());
    EXPECT_TRUE(ends.rtcp({0x80, 201, 0, 0}).empty());
}

TEST(Protection, KeysAreRandom) {
    const auto one = randomKey();
    const auto other = randomKey();
    ASSERT_TRUE(one && other);
    EXPECT_NE(one.value(), other.value());
    EXPECT_NE(one.value(), MasterKey());
}

} // namespace
} // namespace hookcast::srtp
