#include "rtsp/UdpPorts.h"

#include <Poco/Exception.h>

namespace hookcast::rtsp {

UdpPorts::UdpPorts(std::uint32_t firstPort, std::uint32_t lastPort)
    : firstPort_(firstPort + firstPort % 2), pairs_(lastPort > firstPort_ ? (lastPort + 1 - firstPort_) / 2 : 0) {}

std::unique_ptr<UdpPair> UdpPorts::open(net::Loop& loop, const std::string& clientIp, const NumberPair& clientPorts,
                                        net::UdpSocket::Handler& handler) {
    for (std::uint32_t tries = 0; tries < pairs_; ++tries) {
        const std::uint32_t index = next_.fetch_add(1, std::memory_order_relaxed) % pairs_;
        const auto port = static_cast<std::uint16_t>(firstPort_ + 2 * index);
        try {
            auto pair = std::make_unique<UdpPair>();
            pair->rtp = std::make_unique<net::UdpSocket>(loop, port, clientIp, clientPorts.rtp, handler);
            pair->rtcp = std::make_unique<net::UdpSocket>(loop, static_cast<std::uint16_t>(port + 1), clientIp,
                                                          clientPorts.rtcp, handler);
            return pair;
        } catch (const Poco::Exception&) {
            // Somebody has one of the two: the next pair.
        }
    }
    return nullptr;
}

} // namespace hookcast::rtsp
