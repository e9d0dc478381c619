#include "HttpFlvClient.h"

#include <fmt/format.h>

#include <utility>

namespace hookcast::load {

namespace {

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
    : TcpStreamClient(loop, address, target, listener), isWebSocket_(target.scheme == "ws") {
    if (!isFlv(target.path)) stopReadingMessages();
}

void HttpFlvClient::onOpen() {
    const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: stream-load\r\n{}\r\n",
                                            target().path, target().host, target().port, isWebSocket_ ? kUpgrade : "");
    send(base::asBytes(request));
}

void HttpFlvClient::read(base::ByteSpan bytes) {
    if (!started_ && !takeHead(bytes)) return;
    if (!isWebSocket_) {
        readFlv(bytes);
        return;
    }
    while (!hasEnded() && readsMessages() && !bytes.empty()) readFlv(webSocket_.next(bytes));
}

bool HttpFlvClient::takeHead(base::ByteSpan& bytes) {
    const std::size_t before = head_.size();
    head_ += base::asText(bytes);
    const std::size_t endAt = head_.find(kHeadEnd);
    if (endAt == std::string::npos) {
        if (head_.size() > kHeadBytes) end("the answer has no end", false);
        return false;
    }
    bytes = bytes.subspan(endAt + kHeadEnd.size() - before);
    const std::string status = head_.substr(0, head_.find('\r'));
    const bool admitted = status.find(isWebSocket_ ? " 101 " : " 200 ") != std::string::npos;
    head_ = {};
    if (!admitted) {
        end(status, true);
        return false;
    }
    started_ = true;
    listener().onStarted();
    return !hasEnded();
}

void HttpFlvClient::readFlv(base::ByteSpan bytes) {
    while (!hasEnded() && readsMessages()) {
        const auto next = flv_.next(bytes);
        if (!next) {
            end(next.error().message, false);
            return;
        }
        if (!next.value()) return;
        tell(*next.value(), listener());
    }
}

} // namespace hookcast::load
