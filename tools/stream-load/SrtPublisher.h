#pragma once

#include "FlvFile.h"
#include "Metrics.h"
#include "SrtCall.h"

#include "media/TsMuxer.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "srt/PayloadCutter.h"
#include "srt/Reactor.h"
#include "srt/Socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hookcast::load {

/// One publisher over SRT: sends a file as MPEG-TS in real time, over and over, with times that go on. Loop thread
/// only.
class SrtPublisher final : public srt::Reactor::Watcher, public std::enable_shared_from_this<SrtPublisher> {
  public:
    SrtPublisher(net::Loop& loop, srt::Reactor& reactor, const SrtTarget& target, const FlvFile& file,
                 Metrics& metrics);
    ~SrtPublisher() override;

    void start();

    // srt::Reactor::Watcher
    void onEvents(const srt::Reactor::Events& events) override;

  private:
    void sendDue();
    void sendTag(const FlvFile::Tag& tag, std::uint32_t timestampMs);

    // given
    net::Loop& loop_;
    srt::Reactor& reactor_;
    const FlvFile& file_;
    Metrics& metrics_;
    // owned
    srt::Socket socket_;
    media::TsMuxer muxer_;
    srt::PayloadCutter cutter_;
    net::Timer timer_;
    // state
    std::int64_t startedAtUs_ = 0;
    std::size_t nextTag_ = 0;
    std::uint32_t loopStartMs_ = 0;
    bool ended_ = false;
};

} // namespace hookcast::load
