#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookcast::base {

/// An address of IPv4 or IPv6. An IPv4 address that comes in IPv6's clothes (`::ffff:192.0.2.1`) is the IPv4 address.
class IpAddress {
  public:
    static constexpr std::size_t kV4Bytes = 4;
    static constexpr std::size_t kV6Bytes = 16;

    /// `192.0.2.1` or `2001:db8::1`; what follows a `%`, the zone of a link-local address, is left out.
    static std::optional<IpAddress> parse(std::string_view text);

    /// An address as the system tells it, as everything in here is to see it: one of IPv4 in IPv6's clothes without
    /// them, any other byte for byte.
    static std::string unmapped(const std::string& text);

    static IpAddress v4(std::span<const std::uint8_t, kV4Bytes> bytes);
    static IpAddress v6(std::span<const std::uint8_t, kV6Bytes> bytes);

    /// `::`, which is nobody's.
    static IpAddress none() { return {}; }

    bool isV4() const;

    /// Whom limits per address count as one: an IPv4 address itself, and of IPv6 the /64, of which whoever has one
    /// address has all.
    IpAddress site() const;

    /// The same of an address as text; a text that is none stands for itself.
    static std::string siteOf(const std::string& text);

    std::size_t hash() const;

    /// As parse() reads it, in the shortest form.
    std::string text() const;

    auto operator<=>(const IpAddress&) const = default;

  private:
    friend class IpNetwork;
    IpAddress() = default;

    std::array<std::uint8_t, kV6Bytes> bytes_{}; ///< IPv4 in its last four, behind `::ffff`
};

} // namespace hookcast::base
