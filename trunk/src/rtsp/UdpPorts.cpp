#include "rtsp/UdpPorts.h"

#include <Poco/Exception.h>

#include <cerrno>
#include <utility>

namespace hookcast::rtsp {

UdpPorts::UdpPorts(std::uint32_t firstPort, std::uint32_t lastPort)
    : firstPort_(firstPort + firstPort % 2), pairs_(lastPort > firstPort_ ? (lastPort + 1 - firstPort_) / 2 : 0),
      taken_(std::make_shared<std::vector<std::atomic<bool>>>(pairs_)) {}

base::Result<std::unique_ptr<UdpPair>> UdpPorts::open(net::Loop& loop, const std::string& clientIp,
                                                      const NumberPair& clientPorts, net::UdpSocket::Handler& handler,
                                                      net::UdpSocket::Accepts accepts) {
    for (std::uint32_t tries = 0; tries < pairs_; ++tries) {
        const std::uint32_t index = next_.fetch_add(1, std::memory_order_relaxed) % pairs_;
        const auto port = static_cast<std::uint16_t>(firstPort_ + 2 * index);
        std::shared_ptr<void> lease = this->lease(index);
        if (lease == nullptr) continue;
        try {
            auto pair = std::make_unique<UdpPair>();
            pair->lease = std::move(lease);
            pair->rtp = std::make_unique<net::UdpSocket>(loop, port, clientIp, clientPorts.rtp, handler, accepts);
            pair->rtcp = std::make_unique<net::UdpSocket>(loop, static_cast<std::uint16_t>(port + 1), clientIp,
                                                          clientPorts.rtcp, handler, accepts);
            return pair;
        } catch (const Poco::Exception& e) {
            // Another program has one of the two: the next pair.
            if (e.code() != EADDRINUSE) return base::Error{"no UDP sockets: " + e.displayText()};
        }
    }
    return base::Error{"no pair of ports is free between rtp_port_min and rtp_port_max"};
}

std::shared_ptr<void> UdpPorts::lease(std::uint32_t index) const {
    std::atomic<bool>& isTaken = (*taken_)[index];
    if (isTaken.exchange(true)) return nullptr;
    return {&isTaken, [taken = taken_](std::atomic<bool>* ours) { *ours = false; }};
}

} // namespace hookcast::rtsp
