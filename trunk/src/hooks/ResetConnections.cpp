#include "hooks/ResetConnections.h"

#include <Poco/Net/SocketAddress.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace hookcast::hooks {

namespace {

std::string addressOf(const std::string& ip, int port) {
    return ip + " " + std::to_string(port);
}

} // namespace

int ResetConnections::closeSocket(void* resetConnections, curl_socket_t socket) {
    static_cast<ResetConnections*>(resetConnections)->note(socket);
    return ::close(socket);
}

bool ResetConnections::contains(const std::string& localIp, int localPort) const {
    return localAddresses_.contains(addressOf(localIp, localPort));
}

void ResetConnections::note(curl_socket_t socket) {
    int error = 0;
    socklen_t sizeBytes = sizeof error;
    sockaddr_storage address{};
    socklen_t addressBytes = sizeof address;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &sizeBytes) != 0) return;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &addressBytes) != 0) return;
    const Poco::Net::SocketAddress local(reinterpret_cast<const sockaddr*>(&address), addressBytes);
    const std::string key = addressOf(local.host().toString(), local.port());
    // After the peer's FIN its reset is EPIPE.
    if (error == ECONNRESET || error == EPIPE)
        localAddresses_.insert(key);
    else
        localAddresses_.erase(key);
}

} // namespace hookcast::hooks
