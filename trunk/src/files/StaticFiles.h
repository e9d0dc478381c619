#pragma once

#include "base/WorkerThread.h"
#include "config/Config.h"
#include "files/RecordedFiles.h"
#include "http/HttpHandler.h"
#include "visits/Services.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::files {

/// The files of http_server's folder, and before them those of each vhost with http_static, by their paths; folders are
/// not listed. Whoever wants a recording is asked about like a player of its stream. Whether a file is there shows only
/// on the disk, so this comes last among the handlers. Any thread; outlives the sessions, and the loops outlive it.
class StaticFiles final : public http::HttpHandler {
  public:
    /// `services` outlives this.
    StaticFiles(visits::Services& services, const std::shared_ptr<const config::Config>& config)
        : services_(services), disk_(services.log, "files") {
        apply(config);
    }

    /// The folders are those of `config` from now on; transfers that run go on.
    void apply(const std::shared_ptr<const config::Config>& config);

    // http::HttpHandler
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override;

  private:
    struct Mount {
        std::shared_ptr<const config::VhostConfig> vhost; ///< null: http_server's own
        std::string host;                                 ///< a name, `[vhost]`, or empty: any
        std::string prefix;                               ///< with slashes at both ends
        std::string folder;

        /// `asked`: the vhost that serves `askedHost`.
        bool isFor(const std::string& askedHost, const config::VhostConfig* asked, const std::string& path) const;
    };

    /// What one configuration says. Immutable.
    struct Table {
        std::shared_ptr<const config::Config> config;
        std::vector<Mount> mounts; ///< the longest path first
        std::shared_ptr<const RecordedFiles> recordings;
    };

    static Mount mountOf(const std::shared_ptr<const config::VhostConfig>& vhost);
    std::shared_ptr<const Table> table() const;

    // given
    visits::Services& services_;
    // owned
    base::WorkerThread disk_{services_.log, "files"};
    // state
    mutable std::mutex mutex_; ///< guards the pointer
    std::shared_ptr<const Table> table_;
};

} // namespace hookcast::files
