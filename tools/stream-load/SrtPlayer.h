#pragma once

#include "Metrics.h"
#include "SrtCall.h"
#include "TsLook.h"

#include "net/Loop.h"
#include "srt/Reactor.h"
#include "srt/Socket.h"

#include <cstdint>
#include <memory>

namespace hookcast::load {

/// One player over SRT and what it measures: packets of MPEG-TS, the first keyframe, continuity. Loop thread only.
class SrtPlayer final : public srt::Reactor::Watcher, public std::enable_shared_from_this<SrtPlayer> {
  public:
    /// `freezes`: it stops reading after the first keyframe.
    SrtPlayer(net::Loop& loop, srt::Reactor& reactor, const SrtTarget& target, bool freezes, Metrics& metrics);
    ~SrtPlayer() override;

    void start();

    // srt::Reactor::Watcher
    void onEvents(const srt::Reactor::Events& events) override;

  private:
    void read();
    void noteBytes(std::size_t bytes);
    void end();

    // given
    net::Loop& loop_;
    srt::Reactor& reactor_;
    bool freezes_;
    Metrics& metrics_;
    // owned
    srt::Socket socket_;
    TsLook look_;
    // state
    std::int64_t calledAtUs_;
    std::int64_t lastBytesAtUs_ = 0;
    bool connected_ = false;
    bool sawKeyframe_ = false;
    bool ended_ = false;
};

} // namespace hookcast::load
