#pragma once

#include "Metrics.h"
#include "StreamClient.h"

#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::load {

/// One player and what it measures. Loop thread only.
class Player final : public StreamClient::Listener {
  public:
    struct Habits {
        bool inspects;       ///< reads every message; else only until the first keyframe
        bool freezes;        ///< stops reading after the first keyframe
        std::int64_t playMs; ///< leaves after so long; 0: stays
        bool reloads;        ///< of HLS, only asks for playlists that wait
    };

    Player(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, const Habits& habits,
           Metrics& metrics);
    ~Player() override;

    bool ended() const { return ended_; }

    // StreamClient::Listener
    void onConnected() override;
    void onStarted() override;
    void onBytes(std::size_t bytes) override;
    void onVideo(media::FrameRole role, std::optional<std::uint32_t> timestampMs) override;
    void onClock(std::int64_t stampedUs) override;
    void onPacketsLost(std::uint64_t packets) override { metrics_.continuityGaps += packets; }
    void onEnded(const std::string& reason, bool refused) override;

  private:
    std::function<void(std::uint64_t, std::uint64_t)> releasesOf(const Habits& habits);
    double sinceConnectMs() const;

    // given
    net::Loop& loop_;
    Habits habits_;
    Metrics& metrics_;
    // owned
    std::unique_ptr<StreamClient> client_;
    net::Timer leaveTimer_;
    // state
    std::int64_t connectedAtUs_ = 0;
    std::int64_t lastBytesAtUs_ = 0;
    std::optional<std::uint32_t> lastVideoMs_;
    bool started_ = false;
    bool sawKeyframe_ = false;
    bool ended_ = false;
};

} // namespace hookcast::load
