#pragma once

#include "base/Result.h"
#include "config/Config.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// `1935`, `127.0.0.1:1935`, `[::1]:1935` or, as SRS takes it, `::1:1935`; a host name is an error, as in SRS. Fills
/// host and port only.
base::Result<ListenAddress> parseListenAddress(std::string_view text);

/// The sockets that serve `addresses`, one of its own for each family: those of IPv6 take in IPv6 only. `[::]:1935` is
/// every interface in both families, unless an address of IPv4 is named for that port, too.
std::vector<ListenAddress> socketsFor(std::vector<ListenAddress> addresses);

/// `plain`, and those of `tls` where it is on.
std::vector<ListenAddress> withTls(std::vector<ListenAddress> plain, const TlsServerConfig& tls);

/// `1935`, `127.0.0.1:1935`, `[::1]:1935`: what parseListenAddress() reads.
std::string listenText(const ListenAddress& address);

/// `http://unix:/run/app.sock:/path?query`: a backend behind a socket of this machine.
struct SocketUrl {
    std::string_view socket; ///< `/run/app.sock`
    std::string_view target; ///< `/path?query`; begins with a slash
};

/// None for what does not begin as such a URL does, or has no target. Parts of `url`.
std::optional<SocketUrl> socketUrlOf(std::string_view url);

/// Whether a hook can be sent there: http or https, with a host, and with a valid port where there is one, or a
/// SocketUrl. The Error does not repeat the URL.
base::Result<void> checkHookUrl(std::string_view url);

/// The same for the URL of a hook that lets clients in, where a list written as in other formats must not pass for one
/// URL: commas and brackets are refused, too.
base::Result<void> checkAdmissionUrl(std::string_view url);

} // namespace hookcast::config
