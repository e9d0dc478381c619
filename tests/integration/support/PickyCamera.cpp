#include "support/PickyCamera.h"

#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace hookcast::integration {

namespace {

bool sendAll(const Descriptor& socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// False at the end of the connection.
bool receiveInto(const Descriptor& socket, std::string& input) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) input.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
}

std::string_view fieldOf(std::string_view request, std::string_view name) {
    const std::size_t at = request.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view value = request.substr(at + name.size());
    return value.substr(0, value.find("\r\n"));
}

} // namespace

PickyCamera::PickyCamera(std::uint16_t serverPort, Gives gives)
    : gives_(gives), relay_(SOCK_STREAM, serverPort, [this](const Relay& relay) { run(relay); }) {}

void PickyCamera::run(const Relay& relay) {
    while (!relay.isEnding()) {
        pollfd one{relay.clients().get(), POLLIN, 0};
        if (!Relay::happens({&one, 1})) continue;
        const Descriptor client(::accept4(relay.clients().get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client.valid()) serve(relay, client);
    }
}

void PickyCamera::serve(const Relay& relay, const Descriptor& client) {
    const Descriptor server = relay.toServer();
    if (!server.valid()) return;
    std::string input;
    while (!relay.isEnding()) {
        std::array<pollfd, 2> ends = {pollfd{client.get(), POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
        if (!Relay::happens(ends)) continue;
        if (ends[0].revents != 0 && (!receiveInto(client, input) || !passRequests(input, client, server))) return;
        std::string answers;
        if (ends[1].revents != 0 && (!receiveInto(server, answers) || !sendAll(client, answers))) return;
    }
}

/// Requests of players have no body; between them there may be RTCP as interleaved frames.
bool PickyCamera::passRequests(std::string& input, const Descriptor& client, const Descriptor& server) {
    while (!input.empty()) {
        const std::size_t end = input.find("\r\n\r\n");
        std::size_t size = end == std::string::npos ? 0 : end + 4;
        if (input.front() == '$') {
            const auto byte = [&](std::size_t at) {
                return static_cast<std::size_t>(static_cast<unsigned char>(input[at]));
            };
            size = input.size() < 4 ? 0 : 4 + (byte(2) << 8U | byte(3));
        }
        if (size == 0 || size > input.size()) return true;
        const std::string message = input.substr(0, size);
        input.erase(0, size);
        const std::string refusal =
            fmt::format("RTSP/1.0 461 Unsupported Transport\r\nCSeq:{}\r\n\r\n", fieldOf(message, "CSeq:"));
        if (!isRefused(message)) {
            if (!sendAll(server, message)) return false;
        } else {
            ++refused_;
            if (!sendAll(client, refusal)) return false;
        }
    }
    return true;
}

bool PickyCamera::isRefused(std::string_view request) const {
    if (!request.starts_with("SETUP ")) return false;
    const bool asksForTcp = fieldOf(request, "Transport:").find("RTP/AVP/TCP") != std::string_view::npos;
    return asksForTcp != (gives_ == Gives::Tcp);
}

} // namespace hookcast::integration
