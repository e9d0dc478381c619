#include "HttpFlvClient.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::size_t kUnsentBytes = 64 * 1024;
constexpr std::size_t kHeadBytes = 16 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

/// The same key for all: a server proves with it that it knows the protocol, nothing more.
constexpr const char* kUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: c3RyZWFtLWxvYWQtcGxheQ==\r\n";

bool isFlv(const std::string& path) {
    return path.substr(0, path.find('?')).ends_with(".flv");
}

} // namespace

HttpFlvClient::HttpFlvClient(net::Loop& loop, const Poco::Net::SocketAddress& address, const Target& target,
                             Listener& listener)
    : loop_(loop), target_(target), listener_(listener),
      connecting_(loop, address,
                  [this](const Poco::Net::StreamSocket& socket, const std::string& error) { onTcp(socket, error); }),
      isWebSocket_(target.scheme == "ws"), readsMessages_(isFlv(target.path)) {}

void HttpFlvClient::freeze() {
    if (connection_ != nullptr) connection_->pauseReading();
}

void HttpFlvClient::close() {
    ended_ = true;
    if (connection_ != nullptr) connection_->close();
}

void HttpFlvClient::onTcp(const Poco::Net::StreamSocket& socket, const std::string& error) {
    if (ended_) return;
    if (!error.empty()) {
        end("cannot connect: " + error, false);
        return;
    }
    connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, kUnsentBytes);
    connection_->setNoDelay(true);
    connection_->start();
    listener_.onConnected();
    const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: stream-load\r\n{}\r\n",
                                            target_.path, target_.host, target_.port, isWebSocket_ ? kUpgrade : "");
    if (!connection_->send(base::asBytes(request))) end("the URL is too long", false);
}

void HttpFlvClient::onData(base::ByteSpan bytes) {
    listener_.onBytes(bytes.size());
    if (ended_ || (!started_ && !takeHead(bytes))) return;
    if (!isWebSocket_) {
        readFlv(bytes);
        return;
    }
    while (!ended_ && readsMessages_ && !bytes.empty()) readFlv(webSocket_.next(bytes));
}

bool HttpFlvClient::takeHead(base::ByteSpan& bytes) {
    const std::size_t before = head_.size();
    head_ += base::asText(bytes);
    const std::size_t end = head_.find(kHeadEnd);
    if (end == std::string::npos) {
        if (head_.size() > kHeadBytes) this->end("the answer has no end", false);
        return false;
    }
    bytes = bytes.subspan(end + kHeadEnd.size() - before);
    const std::string status = head_.substr(0, head_.find('\r'));
    const bool admitted = status.find(isWebSocket_ ? " 101 " : " 200 ") != std::string::npos;
    head_ = {};
    if (!admitted) {
        this->end(status, true);
        return false;
    }
    started_ = true;
    listener_.onStarted();
    return !ended_;
}

void HttpFlvClient::readFlv(base::ByteSpan bytes) {
    while (!ended_ && readsMessages_) {
        const auto next = flv_.next(bytes);
        if (!next) {
            end(next.error().message, false);
            return;
        }
        if (!next.value()) return;
        listener_.onMessage(*next.value());
    }
}

void HttpFlvClient::end(const std::string& reason, bool refused) {
    if (ended_) return;
    close();
    listener_.onEnded(reason, refused);
}

} // namespace hookcast::load
