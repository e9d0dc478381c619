#include "support/NotifySocket.h"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace hookcast::integration {

bool NotifySocket::Message::has(std::string_view line) const {
    return fmt::format("\n{}\n", text).find(fmt::format("\n{}\n", line)) != std::string::npos;
}

NotifySocket::NotifySocket(const std::string& name)
    : address_(name.empty() ? folder_.file("notify") : name), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un own{};
    own.sun_family = AF_UNIX;
    std::ranges::copy(address_, own.sun_path);
    if (address_.starts_with('@')) own.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    const int on = 1;
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0)
        throw std::runtime_error(fmt::format("{}: {}", address_, std::strerror(errno)));
}

NotifySocket::Message NotifySocket::waitFor(std::string_view line, const Deadline& deadline) {
    for (Message message; !deadline.passed();) {
        pollfd waited{socket_.get(), POLLIN, 0};
        if (::poll(&waited, 1, deadline.leftMs()) > 0 && receive(message, 0) && message.has(line)) return message;
    }
    throw std::runtime_error(fmt::format("the service has not said {}", line));
}

std::size_t NotifySocket::take(std::string_view line) {
    std::size_t count = 0;
    for (Message message; receive(message, MSG_DONTWAIT);) count += message.has(line) ? 1 : 0;
    return count;
}

bool NotifySocket::receive(Message& message, int flags) const {
    std::array<char, 4096> text{};
    std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
    iovec part{text.data(), text.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket_.get(), &header, flags);
    if (size < 0) return false;
    message.text.assign(text.data(), static_cast<std::size_t>(size));
    ucred sender{};
    if (const cmsghdr* const first = CMSG_FIRSTHDR(&header); first != nullptr && first->cmsg_type == SCM_CREDENTIALS)
        std::memcpy(&sender, CMSG_DATA(first), sizeof sender);
    message.sender = sender.pid;
    return true;
}

} // namespace hookcast::integration
