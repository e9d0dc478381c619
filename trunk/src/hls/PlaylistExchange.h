#pragma once

#include "config/Config.h"
#include "hls/Exchange.h"
#include "hls/Query.h"
#include "hls/Stream.h"
#include "hls/WindowWaits.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hls {

/// A request for a playlist: the master one, which gives a viewer his token, or the media one, which is answered when
/// the stream has come as far as the request wants it to (RFC 8216bis, 6.2.5.2). Loop thread of its session only.
class PlaylistExchange final : public Exchange, private WindowWaiter {
  public:
    static constexpr const char* kPlaylistType = "application/vnd.apple.mpegurl";
    static constexpr const char* kManifestType = "application/dash+xml";

    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        hooks::StreamKey key;
        std::string path;        ///< as files are named: without a slash in front
        std::string rawPath;     ///< as the client wrote it
        std::string query;       ///< likewise, with its `?`
        bool isMaster = false;   ///< it is the one that gives the token
        bool isManifest = false; ///< of DASH
    };

    PlaylistExchange(Context& context, Caller caller, Wanted wanted, http::HttpPort& port);
    ~PlaylistExchange() override;

    // http::HttpActivity
    void close(const std::string& reason) override;
    std::string vhostName() const override { return wanted_.key.vhost; }

  private:
    // Exchange
    void proceed() override;
    void onLate() override;

    // WindowWaiter
    void onWindow(const WindowViewPtr& view) override;

    bool readDelivery();
    void lookForStream();
    void look(const WindowViewPtr& now);
    bool isTooFar(const WindowView& view) const;
    bool isReady(const WindowView& view) const;
    void sendMaster();
    void sendManifest(const WindowView& view);
    void sendMedia(const WindowViewPtr& view);
    std::string ownUriWithToken() const;
    std::string queryOfSegments() const;
    http::HttpResponse head() const;
    std::int64_t patienceMs(const WindowView* view) const;
    void leaveWindow();

    // given
    Wanted wanted_;
    // owned
    net::GuardedTimer streamTimer_;
    // state
    Query::Delivery delivery_;
    StreamPtr stream_;       ///< while it waits for its window
    bool hasJoined_ = false; ///< those who do
};

} // namespace hookcast::hls
