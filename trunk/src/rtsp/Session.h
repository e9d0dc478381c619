#pragma once

#include "config/Config.h"
#include "net/GatedSession.h"
#include "rtsp/Conversation.h"
#include "rtsp/RtspReader.h"
#include "rtsp/ServerContext.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::rtsp {

/// One RTSP connection: bytes to requests and interleaved frames. What they mean is the conversation's. Loop thread
/// only.
class Session final : public net::GatedSession {
  public:
    Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
            const Poco::Net::StreamSocket& socket, OnGone onGone);

    void onWritable() override;
    std::string vhostName() const override { return conversation_.vhostName(); }

  protected:
    void consume(base::ByteSpan& input) override;
    void onEnd(const std::string& reason) override;

  private:
    Session(ServerContext& context, const std::shared_ptr<const config::Config>& config, net::Loop& loop,
            const Poco::Net::StreamSocket& socket, OnGone onGone, std::uint64_t number);

    void deliver(RtspItem&& item);

    // owned
    RtspReader reader_;
    Conversation conversation_;
};

} // namespace hookcast::rtsp
