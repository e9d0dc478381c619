#include "Sink.h"

namespace hookcast::load {

Sink::Sink(net::Loop& loop, const Poco::Net::SocketAddress& address, Metrics& metrics)
    : loop_(loop), metrics_(metrics),
      connecting_(loop, address,
                  [this](const Poco::Net::StreamSocket& socket, const std::string& error) { onTcp(socket, error); }) {
    ++metrics_.asked;
}

void Sink::onTcp(const Poco::Net::StreamSocket& socket, const std::string& error) {
    if (!error.empty()) {
        onDisconnected(error);
        return;
    }
    ++metrics_.connected;
    ++metrics_.started;
    connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, 0);
    connection_->start();
}

void Sink::onDisconnected(const std::string& reason) {
    ++metrics_.lost;
    metrics_.noteReason(reason);
}

} // namespace hookcast::load
