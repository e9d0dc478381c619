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

} // namespace
} // namespace hookcast::net
