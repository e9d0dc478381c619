#include "net/TcpConnection.h"

#include "base/IpAddress.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Observer.h>

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

namespace hookcast::net {

namespace {

template <typename Notification>
using Observer = Poco::Observer<TcpConnection, Notification>;

/// What gatherReads() waits for at most; SO_RCVLOWAT.
constexpr int kGatherBytes = 64 * 1024;

std::string describe(int error) {
    return error == ECONNRESET || error == EPIPE ? "connection reset by peer"
                                                 : std::string("socket error: ") + std::strerror(error);
}

bool wouldBlock(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

} // namespace

TcpConnection::TcpConnection(Loop& loop, const Poco::Net::StreamSocket& socket, Handler& handler,
                             std::size_t sendLimitBytes)
    : loop_(loop), handler_(handler), sendLimitBytes_(sendLimitBytes), socket_(socket), failTimer_(loop),
      lingerTimer_(loop), fd_(socket_.impl()->sockfd()) {
    loop_.assertCurrent();
    const Poco::Net::SocketAddress peer = socket_.peerAddress();
    peerIp_ = base::IpAddress::unmapped(peer.host().toString());
    peerPort_ = peer.port();
    socket_.setBlocking(false);
    socket_.setKeepAlive(true);
}

TcpConnection::~TcpConnection() {
    close();
}

void TcpConnection::start() {
    loop_.assertCurrent();
    loop_.reactor().addEventHandler(socket_, Observer<Poco::Net::ErrorNotification>(*this, &TcpConnection::onError));
    resumeReading();
}

void TcpConnection::pauseReading() {
    if (!open_ || !reading_) return;
    reading_ = false;
    loop_.reactor().removeEventHandler(socket_,
                                       Observer<Poco::Net::ReadableNotification>(*this, &TcpConnection::onReadable));
}

void TcpConnection::resumeReading() {
    if (!open_ || reading_) return;
    reading_ = true;
    loop_.reactor().addEventHandler(socket_,
                                    Observer<Poco::Net::ReadableNotification>(*this, &TcpConnection::onReadable));
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
    watchWritable(true);
    return true;
}

std::size_t TcpConnection::writeSome(std::span<const iovec> ranges) {
    if (!open_ || shutdownSent_) return 0;
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(ranges.data());
    message.msg_iovlen = ranges.size();
    const ssize_t taken = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken < 0) {
        const int error = errno;
        if (wouldBlock(error)) {
            watchWritable(true);
        } else if (!failTimer_.isArmed()) {
            // The caller is in the middle of its own work: the bad news comes from the loop.
            failTimer_.runAfter(0, [this, error] { fail(describe(error)); });
        }
        return 0;
    }
    const auto sent = static_cast<std::size_t>(taken);
    sentBytes_ += sent;
    std::size_t offered = 0;
    for (const iovec& range : ranges) offered += range.iov_len;
    if (sent < offered) watchWritable(true);
    return sent;
}

void TcpConnection::close() {
    if (!open_) return;
    unregister();
    open_ = false;
    socket_.close();
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

void TcpConnection::setNoDelay(bool on) {
    if (open_) socket_.setNoDelay(on);
}

void TcpConnection::onReadable(Poco::Net::ReadableNotification* notification) {
    notification->release();
    guarded([this] { readOnce(); });
}

void TcpConnection::onWritableEvent(Poco::Net::WritableNotification* notification) {
    notification->release();
    guarded([this] { flushPending(); });
}

void TcpConnection::onError(Poco::Net::ErrorNotification* notification) {
    notification->release();
    guarded([this] {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        fail(error == 0 ? "connection lost" : describe(error));
    });
}

void TcpConnection::readOnce() {
    const ReadBuffer::Lease lease = loop_.leaseReadBuffer();
    const std::span<std::uint8_t> buffer = lease.bytes();
    const ssize_t taken = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (taken < 0) {
        if (!wouldBlock(errno)) fail(describe(errno));
        return;
    }
    if (taken == 0) {
        if (closing_ && pendingBytes() > 0) {
            // It sends no more, and may still read: the end is looked at again once the last words are out.
            pauseReading();
            return;
        }
        fail(closing_ ? "closed" : "peer closed the connection");
        return;
    }
    if (closing_) return;
    receivedBytes_ += static_cast<std::uint64_t>(taken);
    handler_.onData({buffer.data(), static_cast<std::size_t>(taken)});
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
    if (pendingBytes() > 0) {
        iovec range{pending_.data() + pendingSent_, pendingBytes()};
        pendingSent_ += writeSome({&range, 1});
        if (pendingBytes() > 0) return;
        base::Bytes().swap(pending_);
        pendingSent_ = 0;
    }
    watchWritable(false);
    shutdownWhenSent();
    if (open_ && !closing_) handler_.onWritable();
}

void TcpConnection::shutdownWhenSent() {
    if (!closing_ || shutdownSent_ || pendingBytes() > 0) return;
    shutdownSent_ = true;
    ::shutdown(fd_, SHUT_WR);
    resumeReading();
}

void TcpConnection::watchWritable(bool on) {
    if (!open_ || on == watchingWritable_) return;
    watchingWritable_ = on;
    const Observer<Poco::Net::WritableNotification> observer(*this, &TcpConnection::onWritableEvent);
    if (on)
        loop_.reactor().addEventHandler(socket_, observer);
    else
        loop_.reactor().removeEventHandler(socket_, observer);
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
    pauseReading();
    watchWritable(false);
    loop_.reactor().removeEventHandler(socket_, Observer<Poco::Net::ErrorNotification>(*this, &TcpConnection::onError));
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
