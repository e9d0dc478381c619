#include "net/LocalAddresses.h"

#include "base/IpNetwork.h"

#include <Poco/Net/NetworkInterface.h>

#include <algorithm>
#include <array>
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

bool isPublic(const base::IpAddress& address) {
    constexpr std::array kInside = {"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                                    "::1",         "fe80::/10",  "fec0::/10",     "fc00::/7"};
    return std::ranges::none_of(
        kInside, [&address](const char* network) { return base::IpNetwork::parse(network).value().contains(address); });
}

std::vector<std::string> publicInterfaces() {
    std::vector<std::string> names;
    for (const auto& [index, interface] : Poco::Net::NetworkInterface::map(false, true)) {
        const auto& addresses = interface.addressList();
        const auto isReachable = [](const auto& entry) {
            const std::string text = entry.template get<Poco::Net::NetworkInterface::IP_ADDRESS>().toString();
            const auto address = base::IpAddress::parse(text.substr(0, text.find('%')));
            return address && isPublic(*address);
        };
        if (std::ranges::any_of(addresses, isReachable)) names.push_back(interface.name());
    }
    return names;
}

} // namespace hookcast::net
