#include "net/LocalAddresses.h"

#include <Poco/Net/NetworkInterface.h>

#include <algorithm>
#include <iterator>

namespace hookcast::net {

std::vector<std::string> localAddresses() {
    std::vector<std::string> addresses;
    std::vector<std::string> ofIpv6;
    for (const auto& [index, interface] : Poco::Net::NetworkInterface::map(false, true)) {
        for (const auto& entry : interface.addressList()) {
            const Poco::Net::IPAddress& address = entry.get<Poco::Net::NetworkInterface::IP_ADDRESS>();
            if (address.isLoopback() || address.isLinkLocal() || address.isWildcard()) continue;
            const std::string text = address.toString();
            // Behind a percent sign stands the interface, which means nothing elsewhere.
            (address.family() == Poco::Net::IPAddress::IPv4 ? addresses : ofIpv6)
                .push_back(text.substr(0, text.find('%')));
        }
    }
    std::ranges::copy(ofIpv6, std::back_inserter(addresses));
    if (addresses.empty()) addresses.emplace_back("127.0.0.1");
    return addresses;
}

} // namespace hookcast::net
