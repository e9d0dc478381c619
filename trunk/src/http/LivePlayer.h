#pragma once

#include "config/Config.h"
#include "hooks/ClientGate.h"
#include "hooks/StreamKey.h"
#include "http/HttpHandler.h"
#include "http/LiveFormats.h"
#include "http/WebSocketReader.h"
#include "hub/Playback.h"
#include "hub/Services.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <memory>
#include <optional>
#include <string>

namespace hookcast::http {

/// One player over HTTP or WebSocket, from its GET to its end: asks the backends whether it may connect and play, then
/// is a cursor like any other player. Loop thread of its session only.
class LivePlayer final : public HttpActivity, public hub::Subscriber {
  public:
    /// What a request asks for.
    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        std::string app;
        std::string stream;
        const LiveFormat* format = nullptr;
        std::string url;             ///< whole
        std::string tcUrl;           ///< without stream and query
        std::string param;           ///< the query with its `?`, byte for byte
        std::string pageUrl;         ///< Referer
        std::string webSocketAccept; ///< what answers the client's handshake; empty: plain HTTP

        hooks::StreamKey key() const { return {vhost->name, app, stream}; }
    };

    LivePlayer(hub::Services& services, const config::LimitsConfig& limits, Wanted wanted, HttpPort& port);
    ~LivePlayer() override;

    // HttpActivity
    void start() override;
    bool takesInput() const override { return true; }
    void onInput(base::ByteSpan bytes) override;
    void onWritable() override;
    void close(const std::string& reason) override;
    std::string vhostName() const override { return wanted_.vhost->name; }

    // hub::Subscriber
    std::size_t write(std::span<const iovec> ranges) override;
    void onStalled(const std::string& reason) override;
    void onEnded() override;

  private:
    bool isWebSocket() const { return !wanted_.webSocketAccept.empty(); }
    void askToPlay();
    void acceptPlay(hooks::Ticket ticket);
    void refuse(int status, const std::string& reason);
    HttpResponse streamHead() const;
    void sendFileHeader(const hub::StreamHeaders& headers);
    void lookForPublisher();
    void onEvent(const WebSocketReader::Event& event);
    base::Bytes farewell(WebSocketCloseCode code);
    void leave(const std::string& reason);

    // given
    hub::Services& services_;
    Wanted wanted_;
    HttpPort& port_;
    // owned; ended by close(): what waits for a verdict, then the playback, then the connection
    hooks::ClientGate gate_;
    std::unique_ptr<hub::Playback> playback_;
    WebSocketReader reader_;
    net::Timer publisherTimer_;
    // state
    net::SessionPort::Traffic playingSince_{}; ///< the connection's traffic when the playback began
    bool sawMedia_ = false;
};

} // namespace hookcast::http
