#pragma once

#include "config/Config.h"
#include "net/TlsContext.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::app {

/// The certificates of `server`, which is one of `config`'s, and of the vhosts, as their files are now. `protocols`:
/// the ALPN names of what is spoken within; `figures`: what its connections count in. Throws std::runtime_error when a
/// file does not serve, as config::TlsChecks finds out.
std::shared_ptr<const net::TlsContext> loadTls(const config::Config& config, const config::TlsServerConfig& server,
                                               const std::vector<std::string>& protocols,
                                               const std::shared_ptr<net::TlsFigures>& figures);

} // namespace hookcast::app
