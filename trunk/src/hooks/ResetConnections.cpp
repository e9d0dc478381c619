#include "hooks/ResetConnections.h"

#include <Poco/Net/SocketAddress.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>

namespace hookcast::hooks {

namespace {

/// For the round trip after which the reset comes. The transport's thread stands still, so it must be short.
constexpr std::int64_t kWaitMs = 20;
/// So long after a wait begins another one.
constexpr std::int64_t kRestMs = 1000;

/// As ResetConnections::addressOf() writes it; empty when the system does not know.
std::string localAddressOf(curl_socket_t socket) {
    sockaddr_storage address{};
    socklen_t sizeBytes = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &sizeBytes) != 0) return {};
    const Poco::Net::SocketAddress local(reinterpret_cast<const sockaddr*>(&address), sizeBytes);
    return ResetConnections::addressOf(local.host().toString(), local.port());
}

/// After the peer's end (FIN) a reset is EPIPE.
bool isReset(curl_socket_t socket) {
    int error = 0;
    socklen_t sizeBytes = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &sizeBytes) == 0 &&
           (error == ECONNRESET || error == EPIPE);
}

} // namespace

int ResetConnections::openSocket(void* resetConnections, curl_socket_t socket, curlsocktype /*purpose*/) {
    try {
        static_cast<ResetConnections*>(resetConnections)->sockets_.opened(socket);
        return CURL_SOCKOPT_OK;
    } catch (const std::exception&) {
        return CURL_SOCKOPT_ERROR; // nothing may be thrown through libcurl
    }
}

int ResetConnections::closeSocket(void* resetConnections, curl_socket_t socket) {
    try {
        static_cast<ResetConnections*>(resetConnections)->closes(socket);
    } catch (const std::exception&) {
        // It stays unknown whether it was reset, and nothing may be thrown through libcurl.
    }
    return ::close(socket);
}

bool ResetConnections::wasReset(const std::string& localAddress) const {
    const auto found = awaited_.find(localAddress);
    return found != awaited_.end() && found->second;
}

void ResetConnections::closes(curl_socket_t socket) {
    sockets_.closing(socket);
    if (awaited_.empty()) return;
    const auto found = awaited_.find(localAddressOf(socket));
    if (found == awaited_.end()) return;
    pollfd forError{socket, 0, 0};
    ::poll(&forError, 1, waitMs());
    found->second = isReset(socket);
}

int ResetConnections::waitMs() {
    const std::int64_t nowMs = clock_.monotonicMs();
    if (nowMs > waitUntilMs_ + kRestMs) waitUntilMs_ = nowMs + kWaitMs;
    return static_cast<int>(std::max<std::int64_t>(waitUntilMs_ - nowMs, 0));
}

} // namespace hookcast::hooks
