#include "support/CutRelay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hookcast::integration {

namespace {

constexpr int kMomentMs = 10;
constexpr std::size_t kMostBytes = 65536;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Descriptor tcpSocket() {
    return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

Descriptor twin(const Descriptor& of) {
    return Descriptor(::fcntl(of.get(), F_DUPFD_CLOEXEC, 0));
}

} // namespace

CutRelay::CutRelay(std::uint16_t serverPort) : serverPort_(serverPort), listener_(tcpSocket()) {
    sockaddr_in own = loopback(0);
    socklen_t size = sizeof own;
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
        ::listen(listener_.get(), SOMAXCONN) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0)
        throw std::runtime_error("no port for the relay");
    port_ = ntohs(own.sin_port);
    thread_ = std::thread([this] { run(); });
}

CutRelay::~CutRelay() {
    ending_ = true;
    thread_.join();
}

void CutRelay::run() {
    while (!ending_) {
        std::vector<Way*> ways;
        std::vector<pollfd> ends = {{listener_.get(), POLLIN, 0}};
        for (Connection& connection : connections_) {
            for (Way* way : {&connection.requests, &connection.answers}) {
                if (way->hasEnded || !isOpen(way == &connection.requests)) continue;
                ways.push_back(way);
                ends.push_back({way->from.get(), POLLIN, 0});
            }
        }
        const bool drips = fault_ == Fault::Drips;
        if (drips) ::poll(nullptr, 0, kMomentMs);
        if (::poll(ends.data(), ends.size(), kMomentMs) <= 0) continue;
        for (std::size_t i = 0; i < ways.size(); ++i)
            if (ends[i + 1].revents != 0) pass(*ways[i], drips ? 1 : kMostBytes);
        if (ends[0].revents != 0) accept();
        connections_.remove_if(
            [](const Connection& connection) { return connection.requests.hasEnded && connection.answers.hasEnded; });
    }
}

void CutRelay::accept() {
    Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Descriptor server = tcpSocket();
    const sockaddr_in address = loopback(serverPort_);
    if (!client.valid() || ::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return;
    Connection connection;
    connection.requests.to = twin(server);
    connection.answers.to = twin(client);
    connection.requests.from = std::move(client);
    connection.answers.from = std::move(server);
    connections_.push_back(std::move(connection));
}

bool CutRelay::isOpen(bool isRequests) const {
    const Fault fault = fault_;
    return fault != Fault::Both && fault != (isRequests ? Fault::Requests : Fault::Answers);
}

void CutRelay::pass(Way& way, std::size_t mostBytes) {
    std::array<char, kMostBytes> piece{};
    const ssize_t got = ::recv(way.from.get(), piece.data(), mostBytes, 0);
    if (got > 0 && ::send(way.to.get(), piece.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got) return;
    way.hasEnded = true;
    ::shutdown(way.to.get(), SHUT_WR);
}

} // namespace hookcast::integration
