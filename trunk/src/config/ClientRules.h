#pragma once

#include "base/IpNetwork.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// What a client wants of a stream.
enum class StreamUse { Publish, Play };

/// `publish` or `play`: the name in configs, refusals and logs.
std::string_view nameOf(StreamUse use);

/// One `allow` or `deny` of vhost.security.
struct AddressRule {
    StreamUse use = StreamUse::Publish;
    base::IpNetwork network;

    bool operator==(const AddressRule&) const = default;
};

/// vhost.security: the addresses that may publish or play, whatever the backends say.
struct SecurityConfig {
    bool enabled = false;
    std::vector<AddressRule> allow;
    std::vector<AddressRule> deny;

    /// Why the client from `ip` may not; empty when it may. As SRS from 3.0.114 on: who is denied is out; then who is
    /// allowed is in; everybody else is in only where there are rules and all of them deny.
    std::string denial(StreamUse use, const std::string& ip) const;

    bool operator==(const SecurityConfig&) const = default;
};

/// vhost.refer: the sites whose pages may publish or play.
struct ReferConfig {
    bool enabled = false;
    std::vector<std::string> all;     ///< hosts; a page of one of them or below it passes; empty: every page does
    std::vector<std::string> publish; ///< the same for publishers, who must pass `all` too
    std::vector<std::string> play;

    /// Why a client on this page may not; empty when it may. A client that names no page passes no list.
    std::string denial(StreamUse use, std::string_view pageUrl) const;

    bool operator==(const ReferConfig&) const = default;
};

/// The host of a page's URL: without scheme, user, port and a dot at the end, in lower case.
std::string hostOfPage(std::string_view pageUrl);

} // namespace hookcast::config
