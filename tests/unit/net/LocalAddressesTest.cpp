#include "net/LocalAddresses.h"

#include "base/IpAddress.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::net {
namespace {

TEST(LocalAddressesTest, areAddressesIpv4First) {
    const std::vector<std::string> addresses = localAddresses();
    ASSERT_FALSE(addresses.empty());
    bool isIpv6 = false;
    for (const std::string& address : addresses) {
        EXPECT_TRUE(base::IpAddress::parse(address).has_value()) << address;
        const bool hasColon = address.find(':') != std::string::npos;
        EXPECT_FALSE(isIpv6 && !hasColon) << address << " comes behind IPv6";
        isIpv6 = hasColon;
    }
}

TEST(LocalAddressesTest, tellWhatCanBeReachedFromEverywhere) {
    for (const char* inside : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
                               "::1", "fe80::1", "fd00::1", "fc00::1"})
        EXPECT_FALSE(isPublic(*base::IpAddress::parse(inside))) << inside;
    for (const char* outside : {"8.8.8.8", "172.32.0.1", "11.0.0.1", "2001:db8::1"})
        EXPECT_TRUE(isPublic(*base::IpAddress::parse(outside))) << outside;
    EXPECT_NO_THROW(publicInterfaces());
}

} // namespace
} // namespace hookcast::net
