#pragma once

#include "config/Config.h"
#include "net/GatedSession.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Conversation.h"
#include "rtmp/Handshake.h"
#include "rtmp/ServerContext.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::rtmp {

/// One RTMP connection: bytes to messages, the handshake and acknowledgements. What the messages mean is the
/// conversation's. Loop thread only.
class Session final : public net::GatedSession {
  public:
    Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
            const net::Arrival& arrival, OnGone onGone);

    void start() override;
    void onWritable() override;
    std::string vhostName() const override;

  protected:
    void consume(base::ByteSpan& input) override;
    void onReceived() override;
    void onEnd(const std::string& reason) override;

  private:
    Session(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
            const net::Arrival& arrival, OnGone onGone, std::uint64_t number);

    bool shakeHands(base::ByteSpan& input);
    void deliver(Message&& message);
    void onUserControl(const Message& message);

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    std::uint64_t number_;
    // owned
    std::unique_ptr<ServerHandshake> handshake_; ///< until it is done
    ChunkReader reader_;
    std::unique_ptr<Conversation> conversation_; ///< from the handshake to the end
    // state
    base::TracedClients::Introduction introduction_;
    std::uint32_t clientAckWindowBytes_ = 0;
    std::uint64_t acknowledgedBytes_ = 0;
};

} // namespace hookcast::rtmp
