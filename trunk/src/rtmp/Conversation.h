#pragma once

#include "config/Config.h"
#include "hub/Playback.h"
#include "hub/StreamName.h"
#include "hub/StreamRegistry.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "rtmp/Command.h"
#include "rtmp/Message.h"
#include "rtmp/MessageStreams.h"
#include "rtmp/Replies.h"
#include "rtmp/ServerContext.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtmp {

/// What a client asks for and gets: connect, then publish or play, each after the backends have said yes. It knows
/// messages, not bytes; the session knows bytes. Loop thread of its session only.
class Conversation final : public hub::Subscriber, private visits::PortVisitor {
  public:
    Conversation(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                 net::SessionPort& port, const visits::Caller& caller);
    ~Conversation() override;

    void onCommand(Message&& message);
    void onMedia(Message&& message);

    /// Sends a reply of the transport (an acknowledgement, a pong) where it does not tear a message apart.
    void reply(base::ByteSpan bytes);

    void onWritable();

    /// Ends what is open, in the order that the backends expect: publish or play, then the connection.
    void close(const std::string& reason);

    /// The window that acknowledgements to this client keep, as configured; 0: as the client asks.
    std::uint32_t ackWindowBytes() const;

    bool publishes() const { return visit_.publication() != nullptr; }

    std::uint32_t replyChunkSizeBytes() const { return replyChunkSizeBytes_; }

    /// See net::TcpSession.
    std::string vhostName() const { return visit_.vhostName(); }

    // hub::Subscriber
    std::size_t write(std::span<const iovec> ranges) override;
    void onStalled(const std::string& reason) override;

  private:
    // visits::Visitor
    void onEvicted(const std::string& reason) override;

    using Handler = void (Conversation::*)(const Command&);
    using OnTarget = std::function<void(const hub::StreamTarget&)>;

    static Handler handlerOf(std::string_view name);
    void onConnect(const Command& command);
    void onCreateStream(const Command& command);
    void onPublish(const Command& command);
    void onPlay(const Command& command);
    void onPause(const Command& command);
    void onReceiveAudio(const Command& command);
    void onReceiveVideo(const Command& command);
    void setReceives(media::FrameKind kind, const Command& command);
    void onDeleteStream(const Command& command);
    void onCloseStream(const Command& command);
    void onFcUnpublish(const Command& command);
    void onFcPublish(const Command& command);
    void onAcknowledged(const Command& command);
    void onGetStreamLength(const Command& command);
    void onIgnored(const Command& /*command*/) {}
    void onUnknown(const Command& command);

    void startStream(const Command& command, config::StreamUse use, const OnTarget& proceed);
    void refuseSecond(const Command& command, config::StreamUse use);
    void acceptConnect(const ConnectTerms& terms);
    void startPublish(const hub::StreamTarget& target);
    void acceptPublish();
    void startPlay(const hub::StreamTarget& target);
    void acceptPlay();
    void refuseStream(const char* code, const std::string& what, const std::string& reason);
    void refuseHere(const Command& command, config::StreamUse use, const std::string& what, const hooks::Fault& why);
    void endStream(const std::string& reason);
    bool isOpen() const { return visit_.publication() != nullptr || visit_.playback() != nullptr; }
    hub::Playback* playbackOf(const Command& command) const;
    const config::VhostConfig& vhost() const { return *visit_.vhost(); }
    Replies replies() const { return Replies(replyChunkSizeBytes_, streams_.used()); }

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_; ///< the newest at the moment of connecting, and from then on
    // owned
    visits::Visit visit_;
    // state
    MessageStreams streams_;
    std::uint32_t replyChunkSizeBytes_;
    std::uint32_t unknownCommands_ = 0;
    bool connected_ = false;
    bool hasPassedOver_ = false; ///< of what is published
};

} // namespace hookcast::rtmp
