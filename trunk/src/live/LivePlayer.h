#pragma once

#include "config/Config.h"
#include "hooks/StreamKey.h"
#include "http/HttpHandler.h"
#include "http/WebSocketReader.h"
#include "hub/Playback.h"
#include "live/LiveFormats.h"
#include "net/Loop.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <memory>
#include <optional>
#include <string>

namespace hookcast::live {

/// One player over HTTP or WebSocket, from its GET to its end: asks the backends whether it may connect and play, then
/// is a cursor like any other player. Loop thread of its session only.
class LivePlayer final : public http::HttpActivity, public hub::Subscriber, private visits::PortVisitor {
  public:
    /// What a request asks for.
    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        std::string app;
        std::string stream;
        const LiveFormat* format = nullptr;
        std::string url;               ///< whole
        std::string tcUrl;             ///< without stream and query
        std::string param;             ///< the query with its `?`, byte for byte
        std::string pageUrl;           ///< Referer
        std::string webSocketAccept;   ///< what answers the client's handshake; empty: plain HTTP
        std::string webSocketProtocol; ///< of those that it offers; empty: none
        std::int64_t waitMs = 0;       ///< for a stream that nobody publishes

        hooks::StreamKey key() const { return {vhost->name, app, stream}; }
    };

    LivePlayer(visits::Services& services, const config::LimitsConfig& limits, Wanted wanted, http::HttpPort& port);
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
    // visits::Visitor: a client that leaves, or says goodbye over WebSocket, is heard at any time
    void suspend() override {}

    bool isWebSocket() const { return !wanted_.webSocketAccept.empty(); }
    visits::Wish wish() const { return {wanted_.app, wanted_.stream, wanted_.param, wanted_.url, true}; }
    void askToPlay();
    void awaitStream();
    void answer(const std::shared_ptr<const hub::StreamHeaders>& headers);
    void awaitTracks(const std::shared_ptr<const hub::StreamHeaders>& headers);
    std::int64_t tracksWaitMs(const hub::StreamHeaders& headers) const;
    void beginFlv(const hub::StreamHeaders& headers);
    void settleTracks();
    void sendFileHeader(const media::Tracks& tracks);
    void begin(const hub::WireFormat& format);
    void refuse(const visits::Refusal& refusal);
    http::HttpResponse streamHead() const;
    void onEvent(const http::WebSocketReader::Event& event);
    base::Bytes farewell(http::WebSocketCloseCode code);
    void leave(const std::string& reason);

    // given
    visits::Services& services_;
    Wanted wanted_;
    http::HttpPort& port_;
    // owned
    visits::Visit visit_;
    http::WebSocketReader reader_;
    std::unique_ptr<hub::StreamWait> wait_; ///< for what the stream holds
    // state
    std::shared_ptr<const hub::StreamHeaders> latest_; ///< while it waits for the tracks
    std::int64_t answeredAtMs_ = 0;                    ///< monotonic
    bool isStreaming_ = false;                         ///< the answer has begun
    bool isOpen_ = false; ///< media may follow: FLV's header is written, where there is one
};

} // namespace hookcast::live
