#include "Sink.h"

namespace hookcast::load {

namespace {

constexpr std::size_t kUnsentBytes = 64 * 1024;

} // namespace

Sink::Sink(net::Loop& loop, const Poco::Net::SocketAddress& address, const Options& options, Metrics& metrics)
    : loop_(loop), metrics_(metrics),
      connecting_(loop, address,
                  [this](const Poco::Net::StreamSocket& socket, const std::string& error) { onTcp(socket, error); }),
      answers_(options.reloads), reader_(FloorMessage::sizeBytes(options)) {
    ++metrics_.asked;
}

void Sink::onTcp(const Poco::Net::StreamSocket& socket, const std::string& error) {
    if (!error.empty()) {
        onDisconnected(error);
        return;
    }
    ++metrics_.connected;
    ++metrics_.started;
    connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, kUnsentBytes);
    connection_->setNoDelay(true);
    connection_->start();
}

void Sink::onData(base::ByteSpan bytes) {
    static const base::Bytes kAnswer(FloorMessage::kAnswerBytes, 0x5A);
    metrics_.bytes += bytes.size();
    while (answers_ && !bytes.empty()) {
        const auto number = reader_.read(bytes);
        if (!number) return;
        metrics_.releases.note({*number, 0}, loop_.clock().monotonicUs());
        (void)connection_->send(kAnswer);
    }
}

void Sink::onDisconnected(const std::string& reason) {
    ++metrics_.lost;
    metrics_.noteReason(reason);
}

} // namespace hookcast::load
