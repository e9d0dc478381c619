#pragma once

#include "base/Result.h"
#include "net/Loop.h"
#include "net/UdpSocket.h"
#include "rtsp/Transport.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::rtsp {

/// The two sockets of one track over UDP: RTP on an even port, RTCP on the next. Loop thread of its session.
struct UdpPair {
    std::shared_ptr<void> lease; ///< of the ports, for as long as the sockets are open
    std::unique_ptr<net::UdpSocket> rtp;
    std::unique_ptr<net::UdpSocket> rtcp;

    NumberPair ports() const { return {rtp->port(), rtcp->port()}; }
};

/// The range of ports that RTP over UDP may use. Any thread.
class UdpPorts {
  public:
    UdpPorts(std::uint32_t firstPort, std::uint32_t lastPort);

    /// Opens the next free pair towards the client's ports. An error when no pair of the range is free, or the system
    /// gives no sockets. On `loop`.
    base::Result<std::unique_ptr<UdpPair>> open(net::Loop& loop, const std::string& clientIp,
                                                const NumberPair& clientPorts, net::UdpSocket::Handler& handler,
                                                net::UdpSocket::Accepts accepts = net::UdpSocket::Accepts::PeerPort);

  private:
    /// Null when it is ours already.
    std::shared_ptr<void> lease(std::uint32_t index) const;

    std::uint32_t firstPort_; ///< even
    std::uint32_t pairs_;
    std::atomic<std::uint32_t> next_{0};
    /// Which pairs are ours: the system, which takes its time, is not asked about those. Shared with the leases.
    std::shared_ptr<std::vector<std::atomic<bool>>> taken_;
};

} // namespace hookcast::rtsp
