#pragma once

#include "config/Config.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "rtsp/Authenticator.h"
#include "rtsp/Dialogue.h"
#include "rtsp/Playing.h"
#include "rtsp/Publishing.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/ServerContext.h"
#include "visits/Caller.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// What an RTSP client may ask for, and when: the methods of RFC 2326. What they do is Publishing's or Playing's. Loop
/// thread of its session only.
///
/// One stream per connection. The backends are asked about the connection at the first request that names a stream,
/// about publishing at RECORD and about playing at the first PLAY. Where the vhost wants to know who the client is,
/// that is the first request which brings an answer to the challenge, and what comes later on the connection is that
/// user's.
class Conversation {
  public:
    Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 net::SessionPort& port, const visits::Caller& caller);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void onRequest(RtspRequest&& request);
    void onInterleaved(std::uint8_t channel, base::ByteSpan payload);
    void onWritable();

    /// Ends everything that is open, with its closing events. Once.
    void close(const std::string& reason);

    /// See net::TcpSession.
    std::string vhostName() const { return dialogue_.visit().vhostName(); }

  private:
    using Handler = void (Conversation::*)(const RtspRequest&);

    void onOptions(const RtspRequest& request);
    void onDescribe(const RtspRequest& request);
    void onAnnounce(const RtspRequest& request);
    void onSetup(const RtspRequest& request);
    void onRecord(const RtspRequest& request);
    void onPlay(const RtspRequest& request);
    void onPause(const RtspRequest& request);
    void onTeardown(const RtspRequest& request);
    void onParameter(const RtspRequest& request);

    static Handler handlerOf(std::string_view method);
    static std::optional<config::StreamUse> useOf(Handler handler);
    static bool needsSession(Handler handler);
    bool requiresOptions(const RtspRequest& request);
    static bool tellsNothing(Handler handler);
    void handle(Handler handler, const RtspRequest& request);
    void connect(const RtspRequest& request, const hub::StreamUrl& url, Handler handler);
    void onConnected(const RtspRequest& request, Handler handler, const std::optional<visits::Refusal>& refusal);
    std::shared_ptr<const hooks::Credentials> credentialsIn(const RtspRequest& request, const hub::StreamUrl& url,
                                                            const config::VhostConfig& vhost);
    bool isAsked(const config::VhostConfig& vhost, Handler handler) const;
    RtspResponse challenge(const RtspRequest& request, const config::VhostConfig& vhost, bool isStale);
    bool refusesAnothers(const RtspRequest& request);
    bool hasItsSession(const RtspRequest& request);
    void notNow(const RtspRequest& request);
    std::string allowedMethods() const;
    void expectSignOfLife();

    // owned
    Dialogue dialogue_;
    Authenticator authenticator_;
    std::optional<Publishing> publishing_; ///< from ANNOUNCE on
    std::optional<Playing> playing_;       ///< from DESCRIBE, or SETUP without one, on
};

} // namespace hookcast::rtsp
