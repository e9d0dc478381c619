#pragma once

#include "hls/Context.h"
#include "hls/Exchange.h"
#include "http/HttpHandler.h"

#include <memory>
#include <optional>
#include <string>

namespace hookcast::hls {

/// The gate before the playlists and segments of all vhosts with HLS or DASH. A playlist is asked for, once per viewer;
/// what it lists is only for who has been let in. Any thread.
class Handler final : public http::HttpHandler {
  public:
    /// What is in `context` outlives this and every request.
    explicit Handler(const Context& context) : context_(context) {}

    // http::HttpHandler
    std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                      http::HttpPort& port) override {
        return serve(request, target, port, false);
    }

    /// The same for streams that nobody publishes yet, and for what nobody knows: its place is behind those who may
    /// have a file of that name.
    http::HttpHandler& unpublished() { return unpublished_; }

  private:
    class Unpublished final : public http::HttpHandler {
      public:
        explicit Unpublished(Handler& handler) : handler_(handler) {}
        std::optional<std::string> handle(const http::HttpRequest& request, const http::RequestTarget& target,
                                          http::HttpPort& port) override {
            return handler_.serve(request, target, port, true);
        }

      private:
        Handler& handler_;
    };

    /// A request, as far as it is read.
    struct Asked {
        const http::HttpRequest& request;
        const http::RequestTarget& target;
        http::HttpPort& port;
        std::shared_ptr<const config::VhostConfig> vhost;
        std::string path; ///< as files are named: without a slash in front
        std::optional<std::string_view> token;
        ViewerPassPtr pass; ///< whose that is, where it is for this client
        bool isHead = false;
        bool isLast = false;     ///< nobody behind this could have it
        bool isManifest = false; ///< the playlist is DASH's
    };

    std::optional<std::string> serve(const http::HttpRequest& request, const http::RequestTarget& target,
                                     http::HttpPort& port, bool isLast);
    static std::optional<hooks::StreamPath> streamNamedBy(Asked& asked);
    std::optional<std::string> servePlaylist(const Asked& asked, const hooks::StreamKey& key);
    std::optional<std::string> serveNamed(const Asked& asked);
    base::Result<ViewerPassPtr> open(const Asked& asked, const hooks::StreamKey& key, bool hasToken) const;
    ViewerPass::Identity identityOf(const Asked& asked, const hooks::StreamKey& key) const;
    bool couldBeNamed(const Asked& asked) const;
    void deny(const Asked& asked, const std::string& why) const;
    void runPlaylist(const Asked& asked, const hooks::StreamKey& key, ViewerPassPtr pass, bool isMaster) const;
    void runSegment(const Asked& asked, ViewerPassPtr pass, bool isForThis) const;
    Exchange::Caller callerOf(const Asked& asked, ViewerPassPtr pass, bool isForThis) const;

    // given
    mutable Context context_;
    // owned
    Unpublished unpublished_{*this};
};

} // namespace hookcast::hls
