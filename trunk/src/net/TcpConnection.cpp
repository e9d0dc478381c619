#include "net/TcpConnection.h"

#include "base/IpAddress.h"
#include "net/PlainStream.h"
#include "net/TlsStream.h"

#include <Poco/Net/SocketAddress.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <exception>
#include <utility>

namespace hookcast::net {

namespace {

/// What gatherReads() waits for at most; SO_RCVLOWAT.
constexpr int kGatherBytes = 64 * 1024;

} // namespace

TcpConnection::TcpConnection(Loop& loop, const Poco::Net::StreamSocket& socket, Handler& handler,
                             std::size_t sendLimitBytes)
    : TcpConnection(loop, socket, std::make_unique<PlainStream>(socket), handler, sendLimitBytes) {}

TcpConnection::TcpConnection(Loop& loop, const Poco::Net::StreamSocket& socket, std::unique_ptr<Stream> stream,
                             Handler& handler, std::size_t sendLimitBytes)
    : loop_(loop), handler_(handler), sendLimitBytes_(sendLimitBytes), stream_(std::move(stream)), failTimer_(loop),
      lingerTimer_(loop), readOnTimer_(loop), fd_(socket.impl()->sockfd()) {
    loop_.assertCurrent();
    const Poco::Net::SocketAddress peer = socket.peerAddress();
    peerIp_ = base::IpAddress::unmapped(peer.host().toString());
    peerPort_ = peer.port();
    Poco::Net::StreamSocket ours(socket);
    ours.setBlocking(false);
    ours.setKeepAlive(true);
}

TcpConnection::~TcpConnection() {
    close();
}

void TcpConnection::start() {
    loop_.assertCurrent();
    watch_ = loop_.watch(fd_, stream_->needs({true, writing_}), [this](Watch::Event event) { onEvent(event); });
    resumeReading();
}

void TcpConnection::encrypt(std::shared_ptr<const TlsContext> tls, base::ByteSpan begun) {
    loop_.assertCurrent();
    if (!open_) return;
    stream_ = std::make_unique<TlsStream>(std::move(stream_), std::move(tls), begun);
    isEncrypted_ = true;
    heedNeeds();
    if (reading_) readOn();
}

void TcpConnection::pauseReading() {
    if (!open_ || !reading_) return;
    reading_ = false;
    readOnTimer_.cancel();
    heedNeeds();
}

void TcpConnection::resumeReading() {
    if (!open_ || reading_) return;
    reading_ = true;
    heedNeeds();
    readOn();
}

void TcpConnection::gatherReads(std::int64_t periodMs) {
    loop_.assertCurrent();
    if (!open_ || periodMs == gatherPeriodMs_) return;
    if (gatherPeriodMs_ != 0) loop_.rhythms().leave(gatherPeriodMs_, *this);
    gatherPeriodMs_ = periodMs;
    setReadThreshold(periodMs == 0 ? 1 : kGatherBytes);
    if (periodMs != 0) loop_.rhythms().join(periodMs, *this);
}

bool TcpConnection::send(base::ByteSpan bytes) {
    loop_.assertCurrent();
    if (!open_ || shutdownSent_) return true;
    if (pendingBytes() + bytes.size() > sendLimitBytes_) return false;
    if (pendingBytes() == 0) {
        iovec range{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
        bytes = bytes.subspan(writeSome({&range, 1}));
    }
    if (bytes.empty()) return true;
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    setWriting(true);
    return true;
}

std::size_t TcpConnection::writeSome(std::span<const iovec> ranges) {
    if (!open_ || shutdownSent_) return 0;
    const Stream::Result result = stream_->write(ranges);
    sentBytes_ += result.sizeBytes;
    if (result.status == Stream::Status::Blocked) {
        setWriting(true);
    } else if (result.status == Stream::Status::Failed && !failTimer_.isArmed()) {
        // The caller is in the middle of its own work: the bad news comes from the loop.
        failTimer_.runAfter(0, [this] { guarded([this] { readLastAndFail(); }); });
    }
    return result.sizeBytes;
}

void TcpConnection::close() {
    if (!open_) return;
    unregister();
    open_ = false;
    stream_->close();
}

void TcpConnection::cut() noexcept {
    if (!open_) return;
    ::shutdown(fd_, SHUT_RDWR);
    try {
        resumeReading();
    } catch (const std::exception&) { // it is told of the end without being read, too
    }
}

void TcpConnection::closeAfterSending(std::int64_t lingerMs) {
    loop_.assertCurrent();
    if (!open_ || closing_) return;
    closing_ = true;
    gatherReads(0);
    lingerTimer_.runAfter(lingerMs, [this] { fail("closed"); });
    resumeReading();
    shutdownWhenSent();
}

std::string TcpConnection::localAddress() const {
    sockaddr_storage address{};
    socklen_t sizeBytes = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (!open_ || ::getsockname(fd_, plain, &sizeBytes) != 0) return {};
    return Poco::Net::SocketAddress(plain, sizeBytes).toString();
}

void TcpConnection::setNoDelay(bool on) {
    const int value = on ? 1 : 0;
    if (open_) ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value);
}

void TcpConnection::onEvent(Watch::Event event) {
    guarded([this, event] {
        if (event == Watch::Event::Failed) {
            readLastAndFail();
            return;
        }
        if (isForReading(event)) readOnce();
        if (isForWriting(event)) flushPending();
    });
}

bool TcpConnection::isForReading(Watch::Event event) const {
    return open_ && reading_ && stream_->needs({true, false}).covers(event);
}

bool TcpConnection::isForWriting(Watch::Event event) const {
    return open_ && writing_ && stream_->needs({false, true}).covers(event);
}

/// A peer may reset the connection once it has said all that it had to say.
void TcpConnection::readLastAndFail() {
    while (open_ && reading_ && !closing_) {
        const ReadBuffer::Lease lease = loop_.leaseReadBuffer();
        const Stream::Result result = stream_->read(lease.bytes());
        if (result.status != Stream::Status::Done) break;
        deliver(lease.bytes().first(result.sizeBytes));
    }
    fail(stream_->failure());
}

void TcpConnection::deliver(base::ByteSpan bytes) {
    receivedBytes_ += bytes.size();
    handler_.onData(bytes);
}

void TcpConnection::readOnce() {
    const ReadBuffer::Lease lease = loop_.leaseReadBuffer();
    const std::span<std::uint8_t> buffer = lease.bytes();
    const Stream::Result result = stream_->read(buffer);
    if (result.status == Stream::Status::Failed) {
        fail(stream_->failure());
        return;
    }
    heedNeeds();
    if (result.status == Stream::Status::Blocked) return;
    if (result.status == Stream::Status::Ended) {
        if (closing_ && pendingBytes() > 0) {
            // It sends no more, and may still read: the end is looked at again once the last words are out.
            pauseReading();
            return;
        }
        fail(closing_ ? "closed" : "peer closed the connection");
        return;
    }
    readOn();
    if (closing_) return;
    deliver(buffer.first(result.sizeBytes));
}

/// What no event will tell of is read in the next turn.
void TcpConnection::readOn() {
    if (!stream_->holdsInput()) return;
    readOnTimer_.runAfter(0, [this] { guarded([this] { readOnce(); }); });
}

void TcpConnection::setReadThreshold(int sizeBytes) {
    // The kernel does not report the socket readable below the threshold, but for its end.
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVLOWAT, &sizeBytes, sizeof sizeBytes);
}

/// For what gatherReads() wants read.
void TcpConnection::onBeat() {
    if (reading_) guarded([this] { readOnce(); });
}

void TcpConnection::flushPending() {
    // With nothing pending it is the stream that may have to go on.
    iovec range{pending_.data() + pendingSent_, pendingBytes()};
    writing_ = false;
    pendingSent_ += writeSome({&range, 1});
    if (writing_ || pendingBytes() > 0 || failTimer_.isArmed()) return;
    base::Bytes().swap(pending_);
    pendingSent_ = 0;
    heedNeeds();
    shutdownWhenSent();
    if (open_ && !closing_) handler_.onWritable();
}

void TcpConnection::shutdownWhenSent() {
    if (!closing_ || shutdownSent_ || pendingBytes() > 0) return;
    if (stream_->shutdown().status == Stream::Status::Blocked) {
        setWriting(true);
        return;
    }
    shutdownSent_ = true;
    resumeReading();
}

void TcpConnection::setWriting(bool on) {
    writing_ = on;
    heedNeeds();
}

void TcpConnection::heedNeeds() {
    watch_.want(stream_->needs({reading_, writing_}));
}

void TcpConnection::fail(const std::string& reason) {
    if (!open_) return;
    close();
    handler_.onDisconnected(reason);
}

void TcpConnection::unregister() {
    if (gatherPeriodMs_ != 0) loop_.rhythms().leave(std::exchange(gatherPeriodMs_, 0), *this);
    failTimer_.cancel();
    lingerTimer_.cancel();
    readOnTimer_.cancel();
    reading_ = false;
    writing_ = false;
    watch_.end();
}

template <typename F>
void TcpConnection::guarded(F&& body) {
    try {
        body();
    } catch (const std::exception& e) {
        if (!open_) return;
        close();
        handler_.onFailure(std::string("internal error: ") + e.what());
    }
}

} // namespace hookcast::net
