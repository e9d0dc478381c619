#include "base/IpAddress.h"

#include <arpa/inet.h>

#include <algorithm>
#include <functional>

namespace hookcast::base {

namespace {

/// RFC 4291, 2.5.5.2.
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

} // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const bool isV6 = text.find(':') != std::string_view::npos;
    const std::string address(isV6 ? text.substr(0, text.find('%')) : text);
    // inet_pton() reads up to a NUL.
    if (address.find('\0') != std::string::npos) return std::nullopt;
    std::array<std::uint8_t, kV6Bytes> bytes{};
    if (inet_pton(isV6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1) return std::nullopt;
    return isV6 ? v6(bytes) : v4(std::span(bytes).first<kV4Bytes>());
}

std::string IpAddress::unmapped(const std::string& text) {
    const std::optional<IpAddress> address = parse(text);
    return address && address->isV4() ? address->text() : text;
}

IpAddress IpAddress::v4(std::span<const std::uint8_t, kV4Bytes> bytes) {
    IpAddress address;
    std::ranges::copy(kMapped, address.bytes_.begin());
    std::ranges::copy(bytes, address.bytes_.begin() + kMapped.size());
    return address;
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, kV6Bytes> bytes) {
    IpAddress address;
    std::ranges::copy(bytes, address.bytes_.begin());
    return address;
}

bool IpAddress::isV4() const {
    return std::ranges::equal(std::span(bytes_).first<kMapped.size()>(), kMapped);
}

IpAddress IpAddress::site() const {
    IpAddress site = *this;
    constexpr std::size_t kPrefixBytes = 8;
    if (!isV4()) std::ranges::fill(std::span(site.bytes_).subspan<kPrefixBytes>(), std::uint8_t{0});
    return site;
}

std::string IpAddress::siteOf(const std::string& text) {
    const std::optional<IpAddress> address = parse(text);
    return address ? address->site().text() : text;
}

std::size_t IpAddress::hash() const {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool shortForm = isV4();
    inet_ntop(shortForm ? AF_INET : AF_INET6, bytes_.data() + (shortForm ? kMapped.size() : 0), text.data(),
              text.size());
    return text.data();
}

} // namespace hookcast::base
