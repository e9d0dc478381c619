#include "TcpStreamClient.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kUnsentBytes = 1024 * 1024;

} // namespace

TcpStreamClient::TcpStreamClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target,
                                 Listener& listener)
    : loop_(loop), target_(std::move(target)), listener_(listener),
      connecting_(loop, address,
                  [this](const Poco::Net::StreamSocket& socket, const std::string& error) { onTcp(socket, error); }) {}

void TcpStreamClient::freeze() {
    if (connection_ != nullptr) connection_->pauseReading();
}

void TcpStreamClient::close() {
    ended_ = true;
    if (connection_ != nullptr) connection_->close();
}

void TcpStreamClient::onData(base::ByteSpan bytes) {
    listener_.onBytes(bytes.size());
    if (!ended_) read(bytes);
}

void TcpStreamClient::send(base::ByteSpan bytes) {
    if (!connection_->send(bytes)) end("the server does not read", false);
}

void TcpStreamClient::end(const std::string& reason, bool refused) {
    if (ended_) return;
    close();
    listener_.onEnded(reason, refused);
}

bool TcpStreamClient::isFull() const {
    return ended_ || connection_ == nullptr || connection_->pendingBytes() > kUnsentBytes / 2;
}

void TcpStreamClient::onTcp(const Poco::Net::StreamSocket& socket, const std::string& error) {
    if (ended_) return;
    if (!error.empty()) {
        end("cannot connect: " + error, false);
        return;
    }
    connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, kUnsentBytes);
    connection_->setNoDelay(true);
    connection_->start();
    listener_.onConnected();
    onOpen();
}

} // namespace hookcast::load
