#include "net/PlainStream.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace hookcast::net {

PlainStream::PlainStream(const Poco::Net::StreamSocket& socket) : socket_(socket), fd_(socket_.impl()->sockfd()) {}

Stream::Result PlainStream::read(std::span<std::uint8_t> into) {
    const ssize_t taken = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (taken < 0) return blockedOrFailed(errno);
    if (taken == 0) return {Status::Ended};
    return {Status::Done, static_cast<std::size_t>(taken)};
}

Stream::Result PlainStream::write(std::span<const iovec> ranges) {
    std::size_t offered = 0;
    for (const iovec& range : ranges) offered += range.iov_len;
    if (offered == 0) return {Status::Done};
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(ranges.data());
    message.msg_iovlen = ranges.size();
    const ssize_t taken = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken < 0) return blockedOrFailed(errno);
    const auto sent = static_cast<std::size_t>(taken);
    return {sent < offered ? Status::Blocked : Status::Done, sent};
}

Stream::Result PlainStream::shutdown() {
    // Where it fails the connection is gone, which reading tells.
    ::shutdown(fd_, SHUT_WR);
    return {Status::Done};
}

void PlainStream::close() {
    socket_.close();
}

std::string PlainStream::failure() {
    if (error_ == 0) {
        socklen_t size = sizeof error_;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error_, &size);
    }
    if (error_ == 0) return "connection lost";
    if (error_ == ECONNRESET || error_ == EPIPE) return "connection reset by peer";
    return std::string("socket error: ") + std::strerror(error_);
}

Stream::Result PlainStream::blockedOrFailed(int error) {
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) return {Status::Blocked};
    error_ = error;
    return {Status::Failed};
}

} // namespace hookcast::net
