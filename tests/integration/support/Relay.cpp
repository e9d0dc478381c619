#include "support/Relay.h"

#include "support/Loopback.h"

#include <sys/socket.h>

#include <stdexcept>
#include <utility>

namespace hookcast::integration {

Relay::Relay(int type, std::uint16_t serverPort, std::function<void(const Relay&)> run)
    : type_(type), serverPort_(serverPort), clients_(boundSocket(type)), port_(portOf(clients_)) {
    if (!clients_.valid() || (type == SOCK_STREAM && ::listen(clients_.get(), SOMAXCONN) != 0))
        throw std::runtime_error("no port for the relay");
    thread_ = std::thread([this, run = std::move(run)] { run(*this); });
}

Relay::~Relay() {
    ending_ = true;
    thread_.join();
}

Descriptor Relay::toServer() const {
    return connectedSocket(type_, serverPort_);
}

bool Relay::happens(std::span<pollfd> ends) {
    constexpr int kMomentMs = 20;
    return ::poll(ends.data(), ends.size(), kMomentMs) > 0;
}

} // namespace hookcast::integration
