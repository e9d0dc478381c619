#pragma once

#include "base/WorkerThread.h"
#include "config/Config.h"
#include "http/HttpHandler.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::http {

/// The files of http_server's folder, and before them those of each vhost with http_static, by their paths; folders are
/// not listed. Whether a file is there shows only on the disk, so this comes last among the handlers. Any thread;
/// outlives the sessions, and the loops outlive it.
class StaticFiles final : public HttpHandler {
  public:
    explicit StaticFiles(std::shared_ptr<const config::Config> config);

    // HttpHandler
    std::optional<std::string> handle(const HttpRequest& request, const RequestTarget& target, HttpPort& port) override;

  private:
    struct Mount {
        std::shared_ptr<const config::VhostConfig> vhost; ///< null: http_server's own
        std::string host;                                 ///< a name, `[vhost]`, or empty: any
        std::string prefix;                               ///< with slashes at both ends
        std::string folder;

        /// `asked`: the vhost that serves `askedHost`.
        bool isFor(const std::string& askedHost, const config::VhostConfig* asked, const std::string& path) const;
    };

    static Mount mountOf(const std::shared_ptr<const config::VhostConfig>& vhost);

    // given
    std::shared_ptr<const config::Config> config_;
    // owned
    std::vector<Mount> mounts_; ///< the longest path first
    base::WorkerThread disk_;
};

} // namespace hookcast::http
