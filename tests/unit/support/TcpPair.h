#pragma once

#include "unit/support/Event.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::support {

/// The test's end of a TCP connection: blocking, and out of patience after a while.
class Peer {
  public:
    explicit Peer(const Poco::Net::StreamSocket& socket) : socket_(socket) {
        socket_.setReceiveTimeout(Poco::Timespan(kPatience.count(), 0));
        socket_.setSendTimeout(Poco::Timespan(kPatience.count(), 0));
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const int sent = socket_.sendBytes(text.data(), static_cast<int>(text.size()));
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// `size` bytes, or fewer when the other end closes before. Throws Poco::Exception on a reset.
    std::string receive(std::size_t size) {
        std::string text;
        std::array<char, 65536> buffer{};
        while (text.size() < size) {
            const std::size_t most = std::min(buffer.size(), size - text.size());
            const int taken = socket_.receiveBytes(buffer.data(), static_cast<int>(most));
            if (taken == 0) break;
            text.append(buffer.data(), static_cast<std::size_t>(taken));
        }
        return text;
    }

    /// What there is, and waits for it; empty: the other end has closed.
    std::string receiveSome() {
        std::array<char, 65536> buffer{};
        const int taken = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        return {buffer.data(), static_cast<std::size_t>(taken)};
    }

    std::string receiveToEnd() { return receive(std::string::npos); }

    void shutdownSend() { socket_.shutdownSend(); }
    void close() { socket_.close(); }

    void reset() {
        socket_.setLinger(true, 0);
        socket_.close();
    }

    std::uint16_t port() const { return socket_.address().port(); }

  private:
    Poco::Net::StreamSocket socket_;
};

/// Both ends of a TCP connection over the loopback.
struct TcpPair {
    /// Small buffers, so that a test sees a full connection soon.
    static constexpr int kBufferBytes = 16 * 1024;

    TcpPair()
        : server(Poco::Net::SocketAddress("127.0.0.1", 0)), peer(connect(server)), ours(server.acceptConnection()) {
        ours.setSendBufferSize(kBufferBytes);
    }

    static Poco::Net::StreamSocket connect(const Poco::Net::ServerSocket& server) {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress::IPv4);
        socket.setReceiveBufferSize(kBufferBytes);
        socket.connect(Poco::Net::SocketAddress("127.0.0.1", server.address().port()));
        return socket;
    }

    Poco::Net::ServerSocket server;
    Peer peer;
    Poco::Net::StreamSocket ours;
};

} // namespace hookcast::support
