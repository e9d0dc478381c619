#include "rtmp/PullSession.h"

#include <exception>
#include <optional>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr const char* kSlow = "no media was announced within handshake_timeout";
constexpr const char* kNoFirstMedia = "no media came within firstpkt_timeout";
constexpr const char* kNoMedia = "no media came within normal_timeout";

} // namespace

PullSession::PullSession(net::Loop& loop, base::WorkerThread& resolver, Terms terms, Owner& owner)
    : loop_(loop), terms_(std::move(terms)), owner_(owner), dialogue_(terms_.request, terms_.limits),
      connector_(loop, resolver), deadline_(loop, *this, [this](const char* otherwise) { end(otherwise); }) {}

PullSession::~PullSession() {
    close();
}

void PullSession::start() {
    deadline_.expect(terms_.limits.handshakeTimeoutMs, kSlow);
    connector_.connect(terms_.where.host, terms_.where.port,
                       [this](const base::Result<Poco::Net::StreamSocket>& socket) {
                           if (hasEnded_) return;
                           if (socket)
                               onConnected(socket.value());
                           else
                               end(socket.error().message);
                       });
}

void PullSession::onConnected(const Poco::Net::StreamSocket& socket) {
    connection_ = std::make_unique<net::TcpConnection>(loop_, socket, *this, terms_.limits.controlBytes);
    connection_->setNoDelay(true);
    connection_->start();
    if (const base::Bytes first = dialogue_.start(); first.empty() || !connection_->send(first))
        end("the handshake cannot begin");
}

void PullSession::onData(base::ByteSpan bytes) {
    if (!isPaused_) {
        consume(bytes);
        return;
    }
    held_.insert(held_.end(), bytes.begin(), bytes.end());
}

void PullSession::consume(base::ByteSpan input) {
    base::Bytes output;
    while (!hasEnded_) {
        const bool wasPlaying = dialogue_.isPlaying();
        base::Result<std::optional<Message>> next = dialogue_.next(input, output);
        if (!output.empty() && !connection_->send(output)) {
            end("the other side does not read what it asked for");
            return;
        }
        output.clear();
        if (!next) {
            end(next.error().message);
            return;
        }
        if (!wasPlaying && dialogue_.isPlaying()) deadline_.expect(terms_.firstMediaMs, kNoFirstMedia);
        if (!next.value()) return;
        deadline_.expect(terms_.mediaMs, kNoMedia);
        owner_.onMedia(std::move(*next.value()));
        if (!isPaused_) continue;
        deadline_.expectNothing();
        held_.assign(input.begin(), input.end());
        return;
    }
}

void PullSession::pause() {
    if (std::exchange(isPaused_, true) || connection_ == nullptr) return;
    connection_->pauseReading();
}

void PullSession::resume() {
    if (!std::exchange(isPaused_, false) || hasEnded_) return;
    deadline_.expect(terms_.mediaMs, kNoMedia);
    const base::Bytes input = std::exchange(held_, {});
    consume(input);
    if (!hasEnded_ && !isPaused_) connection_->resumeReading();
}

void PullSession::close() {
    hasEnded_ = true;
    deadline_.expectNothing();
    if (connection_ != nullptr) connection_->close();
}

void PullSession::end(const std::string& reason) {
    if (hasEnded_) return;
    close();
    owner_.onEnded(reason);
}

void PullSession::endAfterFailure(const std::exception& why) noexcept {
    try {
        end(std::string("internal error: ") + why.what());
    } catch (const std::exception&) { // there is no memory to say so: the other side's end is next
        if (connection_ != nullptr) connection_->close();
    }
}

net::SessionPort::Traffic PullSession::traffic() const {
    if (connection_ == nullptr) return {0, 0};
    return {connection_->sentBytes(), connection_->receivedBytes()};
}

} // namespace hookcast::rtmp
