#pragma once

#include "base/IpAddress.h"
#include "base/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::base {

/// A set of addresses: all of them, or those of either IPv4 or IPv6 that begin with the same bits.
class IpNetwork {
  public:
    /// `all`, `any`, `192.0.2.1`, `10.0.0.0/8` or `2001:db8::/32`. Bits behind the prefix do not count.
    static Result<IpNetwork> parse(std::string_view text);

    /// `127.0.0.0/8` and `::1`: the machine itself.
    static std::vector<IpNetwork> loopback();

    /// `0.0.0.0/0` holds IPv4 only and `::/0` IPv6 only; an IPv4 address is one however it came (see IpAddress).
    bool contains(const IpAddress& address) const;

    /// As parse() reads it.
    std::string text() const;

    bool operator==(const IpNetwork&) const = default;

  private:
    IpNetwork() = default;

    IpAddress first_;
    unsigned prefixBits_ = 0; ///< of IpAddress's bytes
    bool isAll_ = false;
};

} // namespace hookcast::base
