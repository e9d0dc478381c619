#pragma once

#include "net/Loop.h"
#include "net/UdpSocket.h"
#include "rtsp/Transport.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::rtsp {

/// The two sockets of one track over UDP: RTP on an even port, RTCP on the next. Loop thread of its session.
struct UdpPair {
    std::unique_ptr<net::UdpSocket> rtp;
    std::unique_ptr<net::UdpSocket> rtcp;

    NumberPair ports() const { return {rtp->port(), rtcp->port()}; }
};

/// The range of ports that RTP over UDP may use. Any thread.
class UdpPorts {
  public:
    UdpPorts(std::uint32_t firstPort, std::uint32_t lastPort);

    /// Opens the next free pair towards the client's ports. Null when no pair of the range is free. On `loop`.
    std::unique_ptr<UdpPair> open(net::Loop& loop, const std::string& clientIp, const NumberPair& clientPorts,
                                  net::UdpSocket::Handler& handler);

  private:
    std::uint32_t firstPort_; ///< even
    std::uint32_t pairs_;
    std::atomic<std::uint32_t> next_{0};
};

} // namespace hookcast::rtsp
