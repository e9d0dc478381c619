#pragma once

#include "config/Config.h"
#include "net/TcpConnection.h"
#include "net/TcpSession.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Conversation.h"
#include "rtmp/Handshake.h"
#include "rtmp/ServerContext.h"
#include "rtmp/SessionPort.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::rtmp {

/// One RTMP connection: bytes to messages, and the rules of the transport: handshake, acknowledgement, deadlines,
/// suspension while a verdict is out. What the messages mean is the conversation's. Loop thread only.
///
/// It ends exactly once, by end() or when the peer leaves: the conversation closes first (so do its tickets), then
/// the connection; then the owner lets go of it.
class Session final : public net::TcpSession,
                      public net::TcpConnection::Handler,
                      public SessionPort,
                      public std::enable_shared_from_this<Session> {
  public:
    Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
            const Poco::Net::StreamSocket& socket, OnGone onGone);
    ~Session() override;

    // net::TcpSession
    void start() override;
    void kick(const std::string& reason) override;

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override;
    void onDisconnected(const std::string& reason) override;

    // SessionPort
    void send(base::ByteSpan bytes) override;
    std::size_t write(std::span<const iovec> ranges) override;
    void suspend() override { suspended_ = true; }
    void resume() override;
    void expect(std::int64_t withinMs, const char* otherwise) override;
    void expectNothing() override;
    void end(const std::string& reason, base::ByteSpan farewell) override;
    void endLater(const std::string& reason) override;
    void setNoDelay(bool on) override { connection_.setNoDelay(on); }
    void gatherReads(std::int64_t periodMs) override { connection_.gatherReads(periodMs); }
    Traffic traffic() const override { return {connection_.sentBytes(), connection_.receivedBytes()}; }

  private:
    void consume(base::ByteSpan input);
    bool shakeHands(base::ByteSpan& input);
    void deliver(Message&& message);
    void onUserControl(const Message& message);
    void acknowledge();
    void keepForLater(base::ByteSpan input);
    void watch();
    void onDeadline();
    void finish(const std::string& reason, bool expected);

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    net::Loop& loop_;
    OnGone onGone_;
    // owned
    std::string logName_;
    net::TcpConnection connection_;
    std::unique_ptr<ServerHandshake> handshake_; ///< until it is done
    ChunkReader reader_;
    std::unique_ptr<Conversation> conversation_; ///< from the handshake to the end
    base::Bytes waitingInput_;                   ///< what came while suspended
    // state
    std::uint64_t number_;
    std::int64_t startedAtMs_;
    net::TimerId watchTimer_ = 0;
    std::int64_t watchAtMs_ = 0;
    std::int64_t deadlineMs_ = 0; ///< 0: nothing is expected
    const char* otherwise_ = "";
    std::uint32_t clientAckWindowBytes_ = 0;
    std::uint64_t acknowledgedBytes_ = 0;
    bool suspended_ = false;
    bool ended_ = false;
};

} // namespace hookcast::rtmp
