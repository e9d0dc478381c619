#include "net/ProxyHeader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookcast::net {
namespace {

using namespace std::string_literals;
using Stage = ProxyHeader::Stage;

constexpr std::size_t kLimit = 4096;

base::Result<ProxyHeader> read(std::string_view bytes, std::size_t limitBytes = kLimit) {
    return readProxyHeader(base::asBytes(bytes), limitBytes);
}

/// What it says: an address with its port, `peer` where it tells of nobody, else its stage or error.
std::string said(std::string_view bytes, std::size_t limitBytes = kLimit) {
    const auto header = read(bytes, limitBytes);
    if (!header) return "error: " + header.error().message;
    switch (header.value().stage) {
    case Stage::Undecided: return "undecided";
    case Stage::Absent: return "absent";
    case Stage::Begun: return "begun";
    case Stage::Complete: break;
    }
    const auto& client = header.value().client;
    return client ? client->ip.text() + " " + std::to_string(client->port) : "peer";
}

/// A header of version 2.
std::string v2(char versionAndCommand, char family, const std::string& rest) {
    const auto length = static_cast<unsigned>(rest.size());
    return "\r\n\r\n\0\r\nQUIT\n"s + versionAndCommand + family + static_cast<char>(length >> 8U) +
           static_cast<char>(length & 0xFFU) + rest;
}

const std::string kV1 = "PROXY TCP4 203.0.113.7 10.0.0.1 51234 1935\r\n";
const std::string kAddresses4 = "\xCB\x00\x71\x07\x0A\x00\x00\x01\xC8\x22\x07\x8F"s;
const std::string kAddresses6 =
    "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x07"s + std::string(16, '\0') + "\xC8\x22\x07\x8F"s;
const std::string kV2 = v2('\x21', '\x11', kAddresses4);

TEST(ProxyHeader, OfVersion1TellsTheClient) {
    EXPECT_EQ(said(kV1), "203.0.113.7 51234");
    EXPECT_EQ(said("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n"), "2001:db8::7 65535");
    EXPECT_EQ(said("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n"), "203.0.113.7 1");
    EXPECT_EQ(read(kV1 + "\x03more").value().sizeBytes, kV1.size());
}

TEST(ProxyHeader, OfVersion1MayKnowNobody) {
    EXPECT_EQ(said("PROXY UNKNOWN\r\n"), "peer");
    EXPECT_EQ(said("PROXY UNKNOWN ffff:: what ever\r\n"), "peer");
}

TEST(ProxyHeader, OfVersion2TellsTheClient) {
    EXPECT_EQ(said(kV2), "203.0.113.7 51234");
    EXPECT_EQ(said(v2('\x21', '\x21', kAddresses6)), "2001:db8::7 51234");
    EXPECT_EQ(read(kV2 + "\x03more").value().sizeBytes, kV2.size());
}

TEST(ProxyHeader, OfVersion2MayKnowNobody) {
    EXPECT_EQ(said(v2('\x20', '\x00', "")), "peer");
    EXPECT_EQ(said(v2('\x20', '\x11', kAddresses4)), "peer") << "LOCAL: the proxy speaks for itself";
    EXPECT_EQ(said(v2('\x20', '\x7F', "x")), "peer");
    EXPECT_EQ(said(v2('\x21', '\x00', "whatever")), "peer");
    EXPECT_EQ(said(v2('\x21', '\x31', std::string(216, 'u'))), "peer");
}

TEST(ProxyHeader, OfVersion2MaySayMore) {
    const std::string tlvs = "\x04\x00\x01x\x20\x00\x05\x07zzzz"s;
    const std::string header = v2('\x21', '\x11', kAddresses4 + tlvs);
    EXPECT_EQ(said(header), "203.0.113.7 51234");
    EXPECT_EQ(read(header + "rest").value().sizeBytes, header.size());
}

TEST(ProxyHeader, MayComeByteByByte) {
    for (const std::string& header : {kV1, kV2, v2('\x21', '\x21', kAddresses6), "PROXY UNKNOWN\r\n"s}) {
        const std::size_t signature = header.front() == 'P' ? 6 : 12;
        for (std::size_t size = 0; size < header.size(); ++size)
            EXPECT_EQ(said(header.substr(0, size)), size < signature ? "undecided" : "begun") << size;
    }
}

TEST(ProxyHeader, IsNotSeenWhereThereIsNone) {
    for (const std::string& bytes : {"\x03"s, "\x03PROXY TCP4"s, "OPTIONS rtsp://a RTSP/1.0\r\n"s,
                                     "PLAY rtsp://a RTSP/1.0\r\n"s, "PROXYING"s, "POST / HTTP/1.1\r\n"s, "proxy TCP4 "s,
                                     "\r\nGET / HTTP/1.1\r\n"s, "\r\n\r\n\r\n"s, "\r\n\r\n\0\r\nQUITE"s, "$"s})
        EXPECT_EQ(said(bytes), "absent") << bytes;
    for (const std::string& bytes : {""s, "P"s, "PROXY"s, "\r\n"s, "\r\n\r\n\0\r\nQUIT"s})
        EXPECT_EQ(said(bytes), "undecided") << bytes;
}

TEST(ProxyHeader, OfVersion1IsRefusedWhenItBreaksItsRules) {
    for (const char* line :
         {"", "TCP4", "TCP5 1.2.3.4 1.2.3.4 1 2", "tcp4 1.2.3.4 1.2.3.4 1 2", "TCP4 1.2.3.4 1.2.3.4 1",
          "TCP4 1.2.3.4 1.2.3.4 1 2 3", "TCP4 1.2.3.4 1.2.3.4 1 2 ", "TCP4  1.2.3.4 1.2.3.4 1 2", "TCP4 ::1 ::1 1 2",
          "TCP6 1.2.3.4 1.2.3.4 1 2", "TCP4 1.2.3.4 x 1 2", "TCP4 1.2.3.4 1.2.3.4 65536 2", "TCP4 1.2.3.4 1.2.3.4 -1 2",
          "TCP4 1.2.3.4 1.2.3.4 01 2", "TCP4 1.2.3.4 1.2.3.4 1 2\t", "TCP6 fe80::1%lo ::1 1 2", "UNKNOWNX",
          "TCP4 1.2.3.4 1.2.3.4 1 ", "TCP4 1.2.3.4 1.2.3.4 1 2\r"})
        EXPECT_TRUE(said("PROXY "s + line + "\r\n").starts_with("error")) << line;
    EXPECT_EQ(said("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n"), "error: the PROXY header does not end with CR LF");
    EXPECT_TRUE(said("PROXY \n").starts_with("error"));
}

TEST(ProxyHeader, OfVersion1IsAtMost107BytesLong) {
    const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
    ASSERT_EQ(longest.size(), 107U);
    EXPECT_EQ(said(longest), "peer");
    EXPECT_EQ(said("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n"),
              "error: the PROXY header is longer than 107 bytes");
    EXPECT_EQ(said("PROXY " + std::string(100, '1')), "begun");
    EXPECT_EQ(said("PROXY " + std::string(101, '1')), "error: the PROXY header is longer than 107 bytes");
}

TEST(ProxyHeader, OfVersion2IsRefusedWhenItBreaksItsRules) {
    EXPECT_EQ(said(v2('\x11', '\x11', kAddresses4)), "error: the PROXY header has version and command 0x11");
    EXPECT_EQ(said(v2('\x22', '\x11', kAddresses4)), "error: the PROXY header has version and command 0x22");
    EXPECT_EQ(said(kV2.substr(0, 12) + '\x31'), "error: the PROXY header has version and command 0x31");
    EXPECT_EQ(said(v2('\x21', '\x11', kAddresses4.substr(0, 11))),
              "error: the PROXY header is too short for its addresses");
    EXPECT_EQ(said(v2('\x21', '\x21', kAddresses6.substr(0, 35))),
              "error: the PROXY header is too short for its addresses");
    EXPECT_EQ(said(v2('\x21', '\x31', std::string(215, 'u'))),
              "error: the PROXY header is too short for its addresses");
    EXPECT_EQ(said(v2('\x21', '\x12', kAddresses4)), "error: the PROXY header tells of family 0x12, which is no TCP");
    EXPECT_EQ(said(v2('\x21', '\x41', kAddresses4)), "error: the PROXY header tells of family 0x41, which is no TCP");
}

TEST(ProxyHeader, OfVersion2IsAtMostAsLongAsItMayBe) {
    const std::string header = v2('\x21', '\x11', kAddresses4 + std::string(1000, 't'));
    EXPECT_EQ(said(header, header.size()), "203.0.113.7 51234");
    EXPECT_EQ(said(header, header.size() - 1), "error: the PROXY header is longer than 1027 bytes");
    EXPECT_EQ(said(header.substr(0, 16), header.size() - 1), "error: the PROXY header is longer than 1027 bytes")
        << "before it has come";
}

} // namespace
} // namespace hookcast::net
