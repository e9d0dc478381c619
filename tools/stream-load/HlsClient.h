#pragma once

#include "HlsList.h"
#include "HttpAnswer.h"
#include "TcpStreamClient.h"

#include "net/Timer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace hookcast::load {

/// A viewer over HLS, on one connection that is kept: it begins with the newest segment, fetches each one that comes,
/// and asks for the playlist again in between. Loop thread only.
class HlsClient final : public TcpStreamClient {
  public:
    /// Told of each answer to a request that the server kept until there was what it asked for.
    using OnReleased = std::function<void(std::uint64_t sequence, std::uint64_t part)>;

    /// Where `onReleased` is set and the server lets requests wait, the viewer asks for the next part's playlist at
    /// once, and fetches no media.
    HlsClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target, Listener& listener,
              OnReleased onReleased);

  private:
    // TcpStreamClient
    void onOpen() override { askForPlaylist(); }
    void read(base::ByteSpan bytes) override;

    void get(const std::string& path);
    void askForPlaylist();
    void onAnswer();
    void onPlaylist();
    void onSegment();
    void takeSegments(const HlsList& list);
    void goOn();

    // given
    OnReleased onReleased_;
    // owned
    HttpAnswer answer_;
    net::Timer reloadTimer_;
    // state
    std::string playlistPath_;
    std::string waitsFor_;            ///< the query of a request that is kept; empty: it is answered at once
    std::uint64_t waitsSequence_ = 0; ///< and what it asks for
    std::uint64_t waitsPart_ = 0;
    std::deque<std::string> wanted_; ///< paths of segments to fetch
    std::uint64_t nextSequence_ = 0; ///< of the first segment that is not known yet
    std::int64_t reloadAfterMs_ = 0; ///< when nothing new came
    bool hasList_ = false;
    bool hasMedia_ = false;
    bool isPlaylist_ = false; ///< what was asked for last
    bool hasNew_ = false;     ///< the newest playlist had something new
};

} // namespace hookcast::load
