#include "rtmp/Handshake.h"

#include "rtmp/HandshakeDigest.h"
#include "unit/rtmp/TestBytes.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

using Kind = ClientHandshake::Kind;

constexpr std::size_t kAnswerBytes = 1 + 2 * kHandshakeBytes;

base::ByteSpan s1Of(const base::Bytes& answer) {
    return base::ByteSpan(answer).subspan(1, kHandshakeBytes);
}

base::ByteSpan s2Of(const base::Bytes& answer) {
    return base::ByteSpan(answer).subspan(1 + kHandshakeBytes);
}

/// The server's answer to C0 and C1.
base::Bytes answerTo(const base::Bytes& c0c1) {
    ServerHandshake server;
    base::ByteSpan input(c0c1);
    base::Bytes answer;
    const auto done = server.next(input, answer);
    EXPECT_EQ(errorOf(done), "");
    EXPECT_FALSE(done.ok() && done.value());
    EXPECT_TRUE(input.empty());
    return answer;
}

/// What the client says of the server's answer; empty when it is content.
std::string verdict(ClientHandshake& client, const base::Bytes& answer) {
    base::ByteSpan input(answer);
    base::Bytes c2;
    const auto done = client.next(input, c2);
    if (done.ok()) {
        EXPECT_TRUE(done.value());
        EXPECT_EQ(c2.size(), kHandshakeBytes);
    }
    return errorOf(done);
}

class HandshakeOfEachKind : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Handshake, HandshakeOfEachKind,
                         testing::Values(Kind::Simple, Kind::Digest, Kind::DigestKeyFirst));

TEST_P(HandshakeOfEachKind, SucceedsHoweverTheBytesAreSplit) {
    for (const std::size_t pieceBytes : {1U, 7U, 1536U, 1537U, 5000U}) {
        ClientHandshake client(GetParam());
        ServerHandshake server;
        base::Bytes toServer = client.start();
        base::Bytes toClient;
        bool clientDone = false;
        bool serverDone = false;
        ASSERT_EQ(toServer.size(), 1 + kHandshakeBytes);
        for (int round = 0; round < 10000 && !(clientDone && serverDone); ++round) {
            base::ByteSpan piece = base::ByteSpan(toServer).first(std::min(pieceBytes, toServer.size()));
            const std::size_t before = piece.size();
            auto done = server.next(piece, toClient);
            ASSERT_EQ(errorOf(done), "");
            serverDone = done.value();
            toServer.erase(toServer.begin(), toServer.begin() + static_cast<int>(before - piece.size()));

            if (clientDone) continue;
            piece = base::ByteSpan(toClient).first(std::min(pieceBytes, toClient.size()));
            const std::size_t beforeClient = piece.size();
            done = client.next(piece, toServer);
            ASSERT_EQ(errorOf(done), "");
            clientDone = done.value();
            toClient.erase(toClient.begin(), toClient.begin() + static_cast<int>(beforeClient - piece.size()));
        }
        EXPECT_TRUE(clientDone && serverDone) << pieceBytes;
        EXPECT_TRUE(toServer.empty() && toClient.empty());
    }
}

TEST_P(HandshakeOfEachKind, AnAlteredS2IsRefused) {
    ClientHandshake client(GetParam());
    base::Bytes answer = answerTo(client.start());
    answer[1 + kHandshakeBytes + 700] ^= 1;
    EXPECT_EQ(verdict(client, answer),
              GetParam() == Kind::Simple ? "handshake: S2 does not echo C1" : "handshake: S2 has a wrong digest");
}

TEST(ServerHandshake, AnswersOnceC1IsComplete) {
    const base::Bytes c0c1 = ClientHandshake(Kind::Simple).start();
    ServerHandshake server;
    base::Bytes output;
    base::ByteSpan input = base::ByteSpan(c0c1).first(kHandshakeBytes);
    ASSERT_EQ(errorOf(server.next(input, output)), "");
    EXPECT_TRUE(output.empty());
    input = base::ByteSpan(c0c1).last(1);
    ASSERT_EQ(errorOf(server.next(input, output)), "");
    EXPECT_EQ(output.size(), kAnswerBytes);
    EXPECT_EQ(output[0], 3);
}

TEST(ServerHandshake, LeavesWhatFollowsC2) {
    ServerHandshake server;
    base::Bytes bytes = ClientHandshake(Kind::Simple).start();
    bytes.resize(bytes.size() + kHandshakeBytes + 5, 0xEE);
    base::ByteSpan input(bytes);
    base::Bytes output;
    const auto done = server.next(input, output);
    ASSERT_EQ(errorOf(done), "");
    EXPECT_TRUE(done.value());
    EXPECT_EQ(input.size(), 5U);
    EXPECT_EQ(output.size(), kAnswerBytes);
}

TEST(ServerHandshake, TakesAnyC2) {
    for (const Kind kind : {Kind::Simple, Kind::Digest}) {
        ServerHandshake server;
        base::Bytes bytes = ClientHandshake(kind).start();
        bytes.resize(bytes.size() + kHandshakeBytes, 0);
        base::ByteSpan input(bytes);
        base::Bytes output;
        EXPECT_TRUE(server.next(input, output).value());
    }
}

TEST(ServerHandshake, RefusesAnotherVersionAtTheFirstByte) {
    for (int version = 0; version < 256; ++version) {
        const base::Bytes c0{static_cast<std::uint8_t>(version)};
        ServerHandshake server;
        base::ByteSpan input(c0);
        base::Bytes output;
        EXPECT_EQ(server.next(input, output).ok(), version == 3);
        EXPECT_TRUE(output.empty());
    }
    const base::Bytes http = textBytes("GET / HTTP/1.1\r\n");
    ServerHandshake server;
    base::ByteSpan input(http);
    base::Bytes output;
    EXPECT_EQ(errorOf(server.next(input, output)), "handshake: version 71 instead of 3");
}

TEST(ServerHandshake, WaitsWithoutInput) {
    ServerHandshake server;
    base::ByteSpan input;
    base::Bytes output;
    const auto done = server.next(input, output);
    ASSERT_EQ(errorOf(done), "");
    EXPECT_FALSE(done.value());
}

TEST(ServerHandshake, APlainC1IsEchoed) {
    const base::Bytes c0c1 = ClientHandshake(Kind::Simple).start();
    const base::Bytes answer = answerTo(c0c1);
    EXPECT_TRUE(std::ranges::equal(s2Of(answer), base::ByteSpan(c0c1).subspan(1)));
    // Version 0: no client looks for a digest.
    EXPECT_TRUE(std::ranges::equal(s1Of(answer).subspan(4, 4), base::Bytes(4)));
    EXPECT_FALSE(DigestSigner::server().find(s1Of(answer)).has_value());
}

TEST(ServerHandshake, ABrokenDigestMakesAPlainHandshake) {
    base::Bytes c0c1 = ClientHandshake(Kind::Digest).start();
    c0c1[1 + 1000] ^= 1;
    EXPECT_TRUE(std::ranges::equal(s2Of(answerTo(c0c1)), base::ByteSpan(c0c1).subspan(1)));
}

TEST(ServerHandshake, ADigestIsAnsweredInItsScheme) {
    for (const Kind kind : {Kind::Digest, Kind::DigestKeyFirst}) {
        const base::Bytes c0c1 = ClientHandshake(kind).start();
        const auto c1Digest = DigestSigner::player().find(base::ByteSpan(c0c1).subspan(1));
        ASSERT_TRUE(c1Digest.has_value());
        const base::Bytes answer = answerTo(c0c1);
        const auto s1Digest = DigestSigner::server().find(s1Of(answer));
        ASSERT_TRUE(s1Digest.has_value());
        EXPECT_EQ(s1Digest->scheme, kind == Kind::Digest ? DigestScheme::DigestFirst : DigestScheme::KeyFirst);
        EXPECT_TRUE(DigestSigner::server().verifyAnswer(s2Of(answer), c1Digest->digest));
        EXPECT_GE(s1Of(answer)[4], 3) << "clients look for digests in Flash Media Server 3 and later";
    }
}

TEST(ServerHandshake, AnswersDiffer) {
    const base::Bytes c0c1 = ClientHandshake(Kind::Simple).start();
    EXPECT_NE(answerTo(c0c1), answerTo(c0c1));
}

TEST(ClientHandshake, AcceptsAServerWithoutDigests) {
    ClientHandshake client(Kind::Digest);
    const base::Bytes c0c1 = client.start();
    base::Bytes answer = answerTo(ClientHandshake(Kind::Simple).start());
    std::copy(c0c1.begin() + 1, c0c1.end(), answer.begin() + 1 + kHandshakeBytes);
    // The second time of S2 is the server's own.
    answer[1 + kHandshakeBytes + 5] = 0x77;
    EXPECT_EQ(verdict(client, answer), "");
}

TEST(ClientHandshake, EchoesS1WithoutDigests) {
    ClientHandshake client(Kind::Simple);
    const base::Bytes answer = answerTo(client.start());
    base::ByteSpan input(answer);
    base::Bytes c2;
    ASSERT_EQ(errorOf(client.next(input, c2)), "");
    EXPECT_TRUE(std::ranges::equal(c2, s1Of(answer)));
}

TEST(ClientHandshake, AnswersTheDigestOfS1) {
    ClientHandshake client(Kind::Digest);
    const base::Bytes answer = answerTo(client.start());
    base::ByteSpan input(answer);
    base::Bytes c2;
    ASSERT_EQ(errorOf(client.next(input, c2)), "");
    EXPECT_TRUE(DigestSigner::player().verifyAnswer(c2, DigestSigner::server().find(s1Of(answer))->digest));
}

TEST(ClientHandshake, LeavesWhatFollowsS2) {
    ClientHandshake client(Kind::Digest);
    base::Bytes answer = answerTo(client.start());
    answer.push_back(0xEE);
    base::ByteSpan input(answer);
    base::Bytes c2;
    ASSERT_TRUE(client.next(input, c2).ok());
    EXPECT_EQ(input.size(), 1U);
}

TEST(ClientHandshake, RefusesAnotherVersion) {
    ClientHandshake client(Kind::Simple);
    base::Bytes answer = answerTo(client.start());
    answer[0] = 6;
    EXPECT_EQ(verdict(client, answer), "handshake: version 6 instead of 3");
}

TEST(ClientHandshake, MustBeStarted) {
    ClientHandshake client(Kind::Simple);
    base::ByteSpan input;
    base::Bytes output;
    EXPECT_EQ(errorOf(client.next(input, output)), "handshake: not started");
}

// Computed by another implementation of HMAC-SHA256, over a packet whose byte i is i * 7 + 3 modulo 256.
TEST(HandshakeDigest, MatchesAnIndependentImplementation) {
    base::Bytes packet(kHandshakeBytes);
    for (std::size_t i = 0; i < packet.size(); ++i) packet[i] = static_cast<std::uint8_t>(i * 7 + 3);
    const auto text = [](const Digest& digest) { return base::Bytes(digest.begin(), digest.end()); };

    base::Bytes digestFirst = packet;
    EXPECT_EQ(text(DigestSigner::player().sign(digestFirst, DigestScheme::DigestFirst)),
              hex("36D27B365B84E5E55F376E2F24F3A7DD6B8B5E9B002F035F99366C07E43B8D41"));
    EXPECT_TRUE(std::ranges::equal(base::ByteSpan(digestFirst).subspan(290, 32),
                                   hex("36D27B365B84E5E55F376E2F24F3A7DD6B8B5E9B002F035F99366C07E43B8D41")));

    base::Bytes keyFirst = packet;
    EXPECT_EQ(text(DigestSigner::server().sign(keyFirst, DigestScheme::KeyFirst)),
              hex("01D1722F262D0920A2FD6C2CFF614D034585BBACBC28B5C77A88CA2FC0C3B984"));
    EXPECT_TRUE(std::ranges::equal(base::ByteSpan(keyFirst).subspan(942, 32),
                                   hex("01D1722F262D0920A2FD6C2CFF614D034585BBACBC28B5C77A88CA2FC0C3B984")));

    Digest peer{};
    peer.fill(0x5A);
    base::Bytes s2 = packet;
    DigestSigner::server().signAnswer(s2, peer);
    EXPECT_TRUE(std::ranges::equal(base::ByteSpan(s2).last(32),
                                   hex("24EADE5146A939D9D635452E286D8D5437279C670A2D0E09B68345F591C726CE")));
    base::Bytes c2 = packet;
    DigestSigner::player().signAnswer(c2, peer);
    EXPECT_TRUE(std::ranges::equal(base::ByteSpan(c2).last(32),
                                   hex("15399F76099F8DCF47B55EE93E91284DC672CB5FB5D807B633DB46A4018C17BE")));
}

TEST(HandshakeDigest, OffsetsStayInsideTheirBlock) {
    // The four bytes add up to at most 1020, which wraps at 728.
    for (const DigestScheme scheme : {DigestScheme::DigestFirst, DigestScheme::KeyFirst}) {
        const std::size_t block = scheme == DigestScheme::DigestFirst ? 8 : 772;
        for (unsigned sum = 0; sum <= 1020; ++sum) {
            base::Bytes packet(kHandshakeBytes, 0x11);
            for (unsigned i = 0, left = sum; i < 4; ++i) {
                packet[block + i] = static_cast<std::uint8_t>(std::min(left, 255U));
                left -= packet[block + i];
            }
            const base::Bytes unsignedPacket = packet;
            DigestSigner::player().sign(packet, scheme);
            const auto changed = std::ranges::mismatch(packet, unsignedPacket).in1 - packet.begin();
            EXPECT_GE(changed, static_cast<std::ptrdiff_t>(block + 4 + sum % 728));
            EXPECT_TRUE(DigestSigner::player().find(packet).has_value());
            EXPECT_FALSE(DigestSigner::server().find(packet).has_value());
        }
    }
}

} // namespace
} // namespace hookcast::rtmp::test
