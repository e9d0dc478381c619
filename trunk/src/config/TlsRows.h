#pragma once

#include "config/RowMakers.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// The rows of the blocks that say where TLS is spoken.
namespace hookcast::config::rows {

/// `server` is a function from a row's scope to the block's TlsServerConfig; `usualPort`: where it listens when nothing
/// says where.
template <auto server>
constexpr std::array<DirectiveRow, 4> tlsRows(std::string_view usualPort) {
    return {
        offSwitch("enabled", "Serve TLS, 1.2 and 1.3.").in([](Scope s) -> bool& { return server(s).enabled; }),
        listen(usualPort, "Where it is served.").in([](Scope s) -> std::vector<ListenAddress>& {
            return server(s).listen;
        }),
        text("key", "./conf/server.key", "PEM key of the certificate. Read again at each reload.")
            .in([](Scope s) -> std::string& { return server(s).certificate.keyFile; }),
        text("cert", "./conf/server.crt",
             "PEM certificate, with what it is signed by, for clients that name no vhost with one of its own.")
            .in([](Scope s) -> std::string& { return server(s).certificate.certFile; }),
    };
}

} // namespace hookcast::config::rows
