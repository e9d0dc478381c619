#include "net/InheritedSockets.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hookcast::net {

namespace {

int numberBefore(std::string_view text, char end) {
    int number = -1;
    const char* const stop = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), stop, number);
    return error == std::errc() && rest != stop && *rest == end ? number : -1;
}

bool isListening(int fd) {
    int answer = 0;
    socklen_t size = sizeof answer;
    return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0;
}

} // namespace

std::optional<std::string> listeningAddressOf(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (!isListening(fd) || ::getsockname(fd, plain, &size) != 0) return std::nullopt;
    if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return std::nullopt;
    try {
        return Poco::Net::SocketAddress(plain, size).toString();
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

InheritedSockets::InheritedSockets(std::string_view list) {
    while (!list.empty()) {
        const std::string_view entry = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(list.size(), entry.size() + 1));
        const int fd = numberBefore(entry, '=');
        if (fd <= STDERR_FILENO) continue;
        const std::optional<std::string> address = listeningAddressOf(fd);
        if (!address || *address != entry.substr(entry.find('=') + 1)) continue;
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        entries_.push_back({*address, fd});
    }
}

InheritedSockets::~InheritedSockets() {
    for (const Entry& entry : entries_) ::close(entry.fd);
}

std::optional<int> InheritedSockets::take(const config::ListenAddress& address) {
    if (entries_.empty()) return std::nullopt;
    const Poco::Net::SocketAddress wanted(address.host.empty() ? std::string("0.0.0.0") : address.host, address.port);
    const auto found = std::ranges::find(entries_, wanted.toString(), &Entry::address);
    if (found == entries_.end()) return std::nullopt;
    const int fd = found->fd;
    entries_.erase(found);
    return fd;
}

} // namespace hookcast::net
