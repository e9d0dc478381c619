#include "base/IpNetwork.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace hookcast::base {

namespace {

constexpr const char* kExpected = "expected all, an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32";

constexpr unsigned kV4Bits = 32;
constexpr unsigned kV6Bits = 128;

std::optional<unsigned> prefixOf(std::string_view text, unsigned mostBits) {
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc() || end != text.data() + text.size() || bits > mostBits) return std::nullopt;
    return bits;
}

/// The mask of the byte at `index`.
std::uint8_t maskOf(unsigned prefixBits, std::size_t index) {
    const unsigned before = static_cast<unsigned>(index) * 8;
    const unsigned bits = prefixBits <= before ? 0 : std::min(prefixBits - before, 8U);
    return static_cast<std::uint8_t>(0xFF00U >> bits);
}

} // namespace

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
    IpNetwork network;
    if (text == "all" || text == "any") {
        network.isAll_ = true;
        return network;
    }
    const std::size_t slash = text.find('/');
    const std::optional<IpAddress> address = IpAddress::parse(text.substr(0, slash));
    if (!address || text.find('%') != std::string_view::npos) return Error{kExpected};
    const unsigned bits = text.find(':') == std::string_view::npos ? kV4Bits : kV6Bits;
    unsigned prefix = bits;
    if (slash != std::string_view::npos) {
        const std::optional<unsigned> written = prefixOf(text.substr(slash + 1), bits);
        if (!written) return Error{fmt::format("expected a prefix of 0 to {} bits after the slash", bits)};
        prefix = *written;
    }
    network.first_ = *address;
    network.prefixBits_ = prefix + kV6Bits - bits;
    for (std::size_t i = 0; i < network.first_.bytes_.size(); ++i)
        network.first_.bytes_[i] &= maskOf(network.prefixBits_, i);
    return network;
}

std::vector<IpNetwork> IpNetwork::loopback() {
    return {parse("127.0.0.0/8").take(), parse("::1").take()};
}

bool IpNetwork::contains(const IpAddress& address) const {
    if (isAll_) return true;
    if (address.isV4() != first_.isV4()) return false;
    for (std::size_t i = 0; i < address.bytes_.size(); ++i)
        if ((address.bytes_[i] & maskOf(prefixBits_, i)) != first_.bytes_[i]) return false;
    return true;
}

std::string IpNetwork::text() const {
    if (isAll_) return "all";
    if (prefixBits_ == kV6Bits) return first_.text();
    return fmt::format("{}/{}", first_.text(), prefixBits_ - (first_.isV4() ? kV6Bits - kV4Bits : 0));
}

} // namespace hookcast::base
