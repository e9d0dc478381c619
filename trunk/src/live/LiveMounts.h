#pragma once

#include "base/Result.h"
#include "base/Task.h"
#include "config/Config.h"
#include "http/HttpHandler.h"
#include "live/LiveFormats.h"
#include "live/LiveMount.h"
#include "live/LivePlayer.h"
#include "visits/Services.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::live {

/// The streams of all vhosts with http_remux, by their paths: finds out what a GET wants to play and lets a LivePlayer
/// do it. Any thread.
class LiveMounts final : public http::HttpHandler {
  public:
    /// `services` outlives this and every player. For the mounts of `config`, see apply().
    LiveMounts(visits::Services& services, std::shared_ptr<const config::Config> config);

    /// Reads the mounts of `config` and changes nothing yet: they are these once the task has run, and players that are
    /// there stay. Throws std::runtime_error for a mount that the configuration's checks should have refused.
    base::Task prepare(std::shared_ptr<const config::Config> config);
    void apply(std::shared_ptr<const config::Config> config) { prepare(std::move(config))(); }

    // http::HttpHandler
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override;

    /// The same for streams that nobody publishes yet: its place is behind those who may have a file of that name.
    http::HttpHandler& unpublished() { return unpublished_; }

    /// What `target` names; the Error says why it is no stream. Whether anybody publishes it is not looked at.
    base::Result<LivePlayer::Wanted> find(const http::RequestTarget& target) const;

  private:
    class Unpublished final : public http::HttpHandler {
      public:
        explicit Unpublished(const LiveMounts& mounts) : mounts_(mounts) {}
        std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                          http::HttpPort& port) override;

      private:
        const LiveMounts& mounts_;
    };

    struct Entry {
        std::shared_ptr<const config::VhostConfig> vhost;
        LiveMount mount;
        const LiveFormat* format;
    };

    /// What one configuration says. Immutable.
    struct Table {
        std::shared_ptr<const config::Config> config;
        std::vector<Entry> entries; ///< in its order
    };

    std::shared_ptr<const Table> table() const;
    static bool takesHost(const Entry& entry, const std::string& asked, bool isAskedVhost);
    void serve(const http::HttpRequest& request, LivePlayer::Wanted wanted, http::HttpPort& port) const;
    void play(const http::HttpRequest& request, LivePlayer::Wanted wanted, http::HttpPort& port) const;

    // given
    visits::Services& services_;
    // owned
    LiveFormats formats_;
    Unpublished unpublished_{*this};
    // state
    mutable std::mutex mutex_; ///< guards the pointer
    std::shared_ptr<const Table> table_;
};

} // namespace hookcast::live
