#include "TcpStreamClient.h"

#include "net/PlainStream.h"
#include "net/TlsStream.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kUnsentBytes = 1024 * 1024;

/// The server may be whoever it says.
std::unique_ptr<net::Stream> tlsOver(const Poco::Net::StreamSocket& socket) {
    static const std::unique_ptr<SSL_CTX, net::TlsContext::Free> kContext = [] {
        std::unique_ptr<SSL_CTX, net::TlsContext::Free> made(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_read_ahead(made.get(), 1);
        return made;
    }();
    net::TlsContext::Session session(SSL_new(kContext.get()));
    SSL_set_connect_state(session.get());
    return std::make_unique<net::TlsStream>(std::make_unique<net::PlainStream>(socket), std::move(session));
}

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
    if (target_.isTls)
        connection_ = std::make_unique<net::TcpConnection>(loop_, socket, tlsOver(socket), *this, kUnsentBytes);
    else
        connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, kUnsentBytes);
    connection_->setNoDelay(true);
    connection_->start();
    listener_.onConnected();
    onOpen();
}

} // namespace hookcast::load
