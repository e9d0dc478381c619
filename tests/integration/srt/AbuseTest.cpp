// What no SRT library sends: handshakes made by hand (draft-sharabayko-srt-01, 3.2.1 and 4.3).
#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/Descriptor.h"
#include "support/HookcastServer.h"
#include "support/Loopback.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

namespace hookcast::integration {
namespace {

constexpr const char* kServesSrt = "srt { enabled on; }\npublish { firstpkt_timeout 600000; normal_timeout 600000; }";
constexpr std::uint32_t kInduction = 1;
constexpr std::uint32_t kConclusion = 0xFFFFFFFF;
constexpr std::uint16_t kStreamIdExtension = 5;

/// A UDP socket that speaks to the server's SRT port.
class RawCaller {
  public:
    explicit RawCaller(std::uint16_t port) : socket_(connectedSocket(SOCK_DGRAM, port)) {
        if (!socket_.valid()) throw std::runtime_error("no UDP socket");
    }

    void send(const base::Bytes& packet) const { ::send(socket_.get(), packet.data(), packet.size(), 0); }

    /// The type in the server's answer to a handshake: kConclusion, or 1000 and the reject reason. None when there is
    /// no answer for a moment.
    std::optional<std::uint32_t> answer() {
        constexpr int kMomentMs = 500;
        pollfd readable{socket_.get(), POLLIN, 0};
        if (::poll(&readable, 1, kMomentMs) <= 0) return std::nullopt;
        std::array<std::uint8_t, 2000> buffer{};
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        base::ByteReader reader(base::ByteSpan(buffer).first(got > 0 ? static_cast<std::size_t>(got) : 0));
        reader.bytes(16 + 20);
        const std::uint32_t type = reader.u32();
        reader.u32();
        cookie_ = reader.u32();
        if (!reader.ok()) return std::nullopt;
        return type;
    }

    /// `extensions`: behind the handshake.
    base::Bytes handshake(std::uint32_t type, const base::Bytes& extensions = {}) const {
        base::Bytes packet;
        base::ByteWriter writer(packet);
        writer.u32(0x80000000); // control packet, type 0
        writer.u32(0);
        writer.u32(1); // timestamp
        writer.u32(0); // to a listener
        const bool induction = type == kInduction;
        writer.u32(induction ? 4 : 5);
        writer.u16(0);
        writer.u16(induction ? 2 : 1 | 4); // a datagram socket; HSREQ and CONFIG extensions
        writer.u32(1000);                  // first sequence number
        writer.u32(1500);
        writer.u32(8192);
        writer.u32(type);
        writer.u32(4711); // our socket
        writer.u32(induction ? 0 : cookie_);
        writer.u32(0x0100007F);
        for (int i = 0; i < 3; ++i) writer.u32(0);
        writer.bytes(extensions);
        return packet;
    }

    /// Calls with `streamId` as extension, whose length is told as `words` of four bytes.
    std::optional<std::uint32_t> call(const std::string& streamId, std::uint16_t words) {
        send(handshake(kInduction));
        if (answer() != kInduction) throw std::runtime_error("the server does not answer the induction");
        base::Bytes extensions;
        base::ByteWriter writer(extensions);
        writer.u16(1); // HSREQ
        writer.u16(3);
        writer.u32(0x00010501);
        writer.u32(0xBF);
        writer.u32(120U << 16U | 120U);
        writer.u16(kStreamIdExtension);
        writer.u16(words);
        // Each group of four bytes is turned around.
        for (std::size_t at = 0; at < streamId.size(); at += 4)
            for (std::size_t i = 4; i-- > 0;)
                writer.u8(at + i < streamId.size() ? static_cast<std::uint8_t>(streamId[at + i]) : 0);
        send(handshake(kConclusion, extensions));
        return answer();
    }

    std::optional<std::uint32_t> call(const std::string& streamId) {
        return call(streamId, static_cast<std::uint16_t>((streamId.size() + 3) / 4));
    }

  private:
    Descriptor socket_;
    std::uint32_t cookie_ = 0;
};

class SrtAbuse : public testing::Test {
  protected:
    /// Others must not be disturbed, who were there before and who come now.
    void expectToServe() {
        bystanders_.expectToGoOn();
        const SrtClient client(port_.number(), "live/somebody");
        EXPECT_TRUE(client.connected());
    }

    SrtPort port_;
    HookcastServer server_{port_.server() + defaultVhost(kServesSrt)};
    Bystanders bystanders_{server_};
};

TEST_F(SrtAbuse, TheHandshakeMadeHereIsARealOne) {
    RawCaller caller(port_.number());
    EXPECT_EQ(caller.call("#!::r=live/hand-made"), kConclusion);
    server_.waitForLog("plays __defaultVhost__/live/hand-made");
}

TEST_F(SrtAbuse, AStreamIdIsLongerThanSrtAllows) {
    for (const std::size_t size : {516U, 600U, 1000U, 1380U}) {
        RawCaller caller(port_.number());
        EXPECT_GE(caller.call("#!::r=live/" + std::string(size - 11, 'a')).value_or(0), 1000U) << size;
        expectToServe();
    }
    // libsrt tells, and further such messages of a while are counted only.
    EXPECT_THAT(server_.waitForLog("[warn]"), testing::HasSubstr("STREAMID length 516 is 0 or > 512"));
    EXPECT_EQ(server_.log().count("STREAMID length"), 1U);
    EXPECT_EQ(server_.log().count("live/aaaa"), 0U);
}

TEST_F(SrtAbuse, AStreamIdOf4KiBDoesNotFitIntoAPacket) {
    RawCaller caller(port_.number());
    EXPECT_EQ(caller.call("#!::r=live/" + std::string(4096 - 11, 'a')), std::nullopt);
    expectToServe();
    EXPECT_EQ(server_.log().count("live/aaaa"), 0U);
}

TEST(SrtSecret, ThatIsWrongIsRefusedWithOneLineAndDisturbsNobody) {
    SrtPort port;
    HookcastServer server(port.server("passphrase 0123456789abc;") + defaultVhost(kServesSrt));
    Bystanders bystanders(server);
    EXPECT_EQ(SrtClient(port.number(), "live/a", {.passphrase = "wrong-but-long-enough"}).rejectReason(),
              SRT_REJ_BADSECRET);
    server.waitForLog("[warn][libsrt] ");
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_EQ(server.log().count("[warn][libsrt] "), 1U);
    EXPECT_EQ(server.log().count("live/a"), 0U);
}

TEST_F(SrtAbuse, AStreamIdOfFullLengthIsTaken) {
    RawCaller caller(port_.number());
    EXPECT_EQ(caller.call("#!::r=live/" + std::string(512 - 11, 'a')), kConclusion);
    server_.waitForLog("plays __defaultVhost__/live/aaa");
}

TEST_F(SrtAbuse, AnExtensionLiesAboutItsLength) {
    for (const unsigned words : {0U, 1U, 128U, 0x7FFFU, 0xFFFFU}) {
        RawCaller caller(port_.number());
        caller.call("#!::r=live/short", static_cast<std::uint16_t>(words));
        expectToServe();
    }
}

TEST_F(SrtAbuse, ControlCharactersAndForgedLinesStayInTheirLine) {
    const std::string forged = "x\n[2026-01-01 00:00:00.000][error][main] forged";
    const SrtClient client(port_.number(), "#!::" + forged);
    EXPECT_FALSE(client.connected());
    server_.waitForLog("] refused: ");
    server_.stop();
    for (const std::string& line : server_.log().lines()) EXPECT_FALSE(line.starts_with("[2026-01-01")) << line;
}

TEST_F(SrtAbuse, PacketsAreNoise) {
    const RawCaller caller(port_.number());
    for (unsigned i = 0; i < 500; ++i) {
        base::Bytes packet = noise(1 + i * 3 % 1400, i);
        caller.send(packet);
        if (packet.size() > 16) packet[0] = static_cast<std::uint8_t>(0x80U | i % 8);
        caller.send(packet);
    }
    // Half a handshake, and one that is never concluded.
    base::Bytes induction = caller.handshake(kInduction);
    for (std::size_t size = 0; size < induction.size(); ++size)
        caller.send({induction.begin(), induction.begin() + static_cast<std::ptrdiff_t>(size)});
    for (int i = 0; i < 200; ++i) caller.send(induction);
    expectToServe();
    server_.stop();
    EXPECT_LT(server_.log().count(), 30U);
}

} // namespace
} // namespace hookcast::integration
