#pragma once

#include "config/Config.h"
#include "net/GatedSession.h"
#include "rtsp/Conversation.h"
#include "rtsp/RtspReader.h"
#include "rtsp/ServerContext.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::rtsp {

/// One RTSP connection: bytes to requests and interleaved frames. What they mean is the conversation's. Loop thread
/// only.
class Session final : public net::GatedSession {
  public:
    Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
            const net::Arrival& arrival, OnGone onGone);

    void start() override;
    void onWritable() override;
    std::string vhostName() const override { return conversation_ ? conversation_->vhostName() : std::string(); }

  protected:
    void consume(base::ByteSpan& input) override;
    void onEnd(const std::string& reason) override;

  private:
    Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
            const net::Arrival& arrival, OnGone onGone, std::uint64_t number);

    void deliver(RtspItem&& item);

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    std::uint64_t number_;
    // owned
    RtspReader reader_;
    std::optional<Conversation> conversation_; ///< from the first byte on
    // state
    base::TracedClients::Introduction introduction_;
};

} // namespace hookcast::rtsp
