#include "base/IpNetwork.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::base {
namespace {

std::string readAs(std::string_view text) {
    const auto address = IpAddress::parse(text);
    return address ? address->text() : "none";
}

bool holds(std::string_view network, std::string_view address) {
    const auto parsed = IpNetwork::parse(network);
    if (!parsed) ADD_FAILURE() << network << ": " << parsed.error().message;
    return parsed && parsed.value().contains(*IpAddress::parse(address));
}

TEST(IpAddress, IsReadInBothFamilies) {
    EXPECT_EQ(readAs("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(readAs("2001:DB8:0::1"), "2001:db8::1");
    EXPECT_EQ(readAs("::"), "::");
    EXPECT_TRUE(IpAddress::parse("0.0.0.0")->isV4());
    EXPECT_FALSE(IpAddress::parse("::1")->isV4());
}

TEST(IpAddress, IsIpv4WhenItComesMapped) {
    EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
    EXPECT_EQ(readAs("::ffff:c000:201"), "192.0.2.1");
}

TEST(IpAddress, IsShownUnmappedAndOtherwiseAsItIs) {
    EXPECT_EQ(IpAddress::unmapped("::ffff:192.0.2.1"), "192.0.2.1");
    for (const char* text : {"192.0.2.1", "2001:db8::1", "fe80::1%eth0", "::1", "no address"})
        EXPECT_EQ(IpAddress::unmapped(text), text);
}

TEST(IpAddress, SharesWithItsNetworkOfSixtyFourBits) {
    EXPECT_EQ(IpAddress::siteOf("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(IpAddress::siteOf("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(IpAddress::siteOf("2001:db8:1:2:3:4:5:6"), IpAddress::siteOf("2001:db8:1:2::7"));
    EXPECT_NE(IpAddress::siteOf("2001:db8:1:2::7"), IpAddress::siteOf("2001:db8:1:3::7"));
}

TEST(IpAddress, LeavesTheZoneOut) {
    EXPECT_EQ(readAs("fe80::1%eth0"), "fe80::1");
}

TEST(IpAddress, IsNothingElse) {
    using namespace std::string_literals;
    for (const std::string& text : {""s, "localhost"s, "1.2.3"s, "1.2.3.4.5"s, "1.2.3.256"s, "01.2.3.4"s, " 1.2.3.4"s,
                                    "1.2.3.4 "s, "1.2.3.4%eth0"s, "1.2.3.4:80"s, "[::1]"s, ":::"s, "g::1"s,
                                    "1.2.3.4\0x"s, "::1\0"s, "0x1.2.3.4"s, "16909060"s})
        EXPECT_EQ(readAs(text), "none") << text;
}

TEST(IpNetwork, HoldsWhatBeginsWithItsBits) {
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.128"));
    EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.255"));
    EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
    EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
    EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_FALSE(holds("2001:db8::1", "2001:db8::2"));
}

TEST(IpNetwork, IgnoresTheBitsBehindItsPrefix) {
    EXPECT_TRUE(holds("10.1.2.3/8", "10.9.9.9"));
    EXPECT_EQ(IpNetwork::parse("10.1.2.3/8").value(), IpNetwork::parse("10.0.0.0/8").value());
}

TEST(IpNetwork, IsOfOneFamily) {
    EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.7"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(holds("::/0", "2001:db8::1"));
    EXPECT_FALSE(holds("::/0", "203.0.113.7"));
    EXPECT_FALSE(holds("::/0", "::ffff:203.0.113.7"));
}

TEST(IpNetwork, TakesMappedAddressesForIpv4) {
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
    EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.1.1"));
    EXPECT_FALSE(holds("::ffff:10.0.0.0/104", "11.1.1.1"));
}

TEST(IpNetwork, MayBeAllThereIs) {
    for (const char* text : {"all", "any"}) {
        EXPECT_TRUE(holds(text, "203.0.113.7"));
        EXPECT_TRUE(holds(text, "2001:db8::1"));
    }
}

TEST(IpNetwork, IsWrittenAsItIsRead) {
    for (const char* text :
         {"all", "192.0.2.1", "10.0.0.0/8", "0.0.0.0/0", "::/0", "::1", "2001:db8::/32", "192.0.2.0/31"})
        EXPECT_EQ(IpNetwork::parse(text).value().text(), text);
    EXPECT_EQ(IpNetwork::parse("any").value().text(), "all");
    EXPECT_EQ(IpNetwork::parse("10.1.2.3/8").value().text(), "10.0.0.0/8");
    EXPECT_EQ(IpNetwork::parse("::ffff:10.0.0.0/104").value().text(), "10.0.0.0/8");
    EXPECT_EQ(IpNetwork::parse("192.0.2.1/32").value().text(), "192.0.2.1");
}

TEST(IpNetwork, SaysWhatItExpects) {
    for (const char* text : {"", "ALL", "host", "10.0.0", "fe80::1%eth0", "fe80::%eth0/10", "/8"})
        EXPECT_EQ(IpNetwork::parse(text).error().message,
                  "expected all, an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32")
            << text;
    for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8", "10.0.0.0/+8"})
        EXPECT_EQ(IpNetwork::parse(text).error().message, "expected a prefix of 0 to 32 bits after the slash") << text;
    EXPECT_EQ(IpNetwork::parse("::/129").error().message, "expected a prefix of 0 to 128 bits after the slash");
}

} // namespace
} // namespace hookcast::base
