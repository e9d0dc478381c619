#pragma once

#include "base/Bytes.h"
#include "net/Loop.h"
#include "net/Watch.h"

#include <Poco/Net/DatagramSocket.h>

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hookcast::net {

/// A non-blocking UDP socket that speaks with one peer: datagrams of others are dropped by the kernel. Loop thread
/// only.
class UdpSocket {
  public:
    class Handler {
      public:
        virtual ~Handler() = default;
        /// The bytes are valid during the call. The owner may destroy the socket only later, by a post().
        virtual void onDatagram(UdpSocket& from, base::ByteSpan bytes) = 0;
        /// The kernel takes datagrams again, after send() had not taken all.
        virtual void onSendable(UdpSocket& socket) = 0;
        /// One of the two has thrown, for this reason: whoever the datagram was for is to end, by a post().
        virtual void onFailure(const std::string& reason) = 0;
    };

    /// Binds to `port` of all addresses of the family of `peerIp`, and connects. Throws Poco::Exception when the port
    /// is taken.
    UdpSocket(Loop& loop, std::uint16_t port, const std::string& peerIp, std::uint16_t peerPort, Handler& handler);
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    /// Begins to receive. Throws std::exception when the system cannot watch the socket.
    void start();

    /// Hands out what the kernel holds, which would otherwise come in the loop's next turn.
    void receivePending();

    /// Sends datagrams with one system call (sendmmsg) and returns how many the kernel took. Fewer than offered:
    /// onSendable() follows. A datagram that cannot be sent at all (the peer's port is closed) counts as taken: it is
    /// lost like any other.
    std::size_t send(std::span<mmsghdr> datagrams);

    std::uint16_t port() const { return port_; }
    std::uint64_t sentBytes() const { return sentBytes_; }
    std::uint64_t receivedBytes() const { return receivedBytes_; }

  private:
    void onEvent(Watch::Event event);
    void receiveSome();
    bool receiveOne();
    void dropError();

    // given
    Loop& loop_;
    Handler& handler_;
    std::uint16_t port_;
    // owned
    Poco::Net::DatagramSocket socket_;
    Watch watch_;
    // state
    int fd_ = -1;
    std::uint64_t sentBytes_ = 0;
    std::uint64_t receivedBytes_ = 0;
};

} // namespace hookcast::net
