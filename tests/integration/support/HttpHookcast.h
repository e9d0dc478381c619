#pragma once

#include "support/FreePort.h"
#include "support/HookcastServer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A vhost's http_remux, with all formats at the usual paths.
inline constexpr const char* kAllMounts =
    "http_remux { enabled on; mount [vhost]/[app]/[stream].flv [vhost]/[app]/[stream].ts [vhost]/[app]/[stream].aac "
    "[vhost]/[app]/[stream].mp3; }\n";

/// A hookcast that serves HTTP too.
class HttpHookcast {
  public:
    /// `config` holds the vhosts; `serverBlock` stands in http_server.
    explicit HttpHookcast(std::string_view config, std::string_view serverBlock = "");

    std::uint16_t httpPort() const { return port_.number(); }
    std::uint16_t rtmpPort() const { return server_.port(); }

    /// `http://127.0.0.1:PORT/` and `path`.
    std::string httpUrl(std::string_view path) const;
    std::string rtmpUrl(std::string_view path) const { return server_.url(path); }

    HookcastServer& server() { return server_; }
    const HookcastServer& server() const { return server_; }

  private:
    FreePort port_;
    HookcastServer server_;
};

} // namespace hookcast::integration
