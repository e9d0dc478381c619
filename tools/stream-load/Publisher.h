#pragma once

#include "FlvFile.h"
#include "Metrics.h"
#include "RtmpClient.h"

#include "net/Timer.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::load {

/// One publisher: sends a file in real time, over and over, with timestamps that go on. Loop thread only.
class Publisher final : public StreamClient::Listener {
  public:
    Publisher(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, const FlvFile& file,
              bool clock, Metrics& metrics);
    ~Publisher() override;

    // StreamClient::Listener
    void onConnected() override { ++metrics_.connected; }
    void onStarted() override;
    void onBytes(std::size_t) override {}
    void onEnded(const std::string& reason, bool refused) override;

  private:
    void sendDue();
    void sendTag(const FlvFile::Tag& tag, std::uint32_t timestampMs);

    // given
    net::Loop& loop_;
    const FlvFile& file_;
    bool clock_;
    Metrics& metrics_;
    // owned
    RtmpClient client_;
    net::Timer timer_;
    // state
    std::int64_t startedAtUs_ = 0;
    std::size_t nextTag_ = 0;
    std::uint32_t loopStartMs_ = 0;
    bool ended_ = false;
};

} // namespace hookcast::load
