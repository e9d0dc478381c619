#pragma once

#include "base/Bytes.h"
#include "net/Loop.h"
#include "net/Watch.h"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hookcast::net {

/// A non-blocking UDP socket that speaks with one peer: datagrams of others are dropped, by the kernel where the peer's
/// port is fixed. Loop thread only.
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

    /// What is taken of the peer's address: what its port sends, or any of its ports, as one behind a NAT has others
    /// than it knows.
    enum class Accepts : std::uint8_t { PeerPort, AnyPort };

    /// Binds to `port` of all addresses of the family of `peerIp`, towards the peer. Throws Poco::Exception when the
    /// port is taken.
    UdpSocket(Loop& loop, std::uint16_t port, const std::string& peerIp, std::uint16_t peerPort, Handler& handler,
              Accepts accepts = Accepts::PeerPort);
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

    /// Where what is sent goes.
    std::uint16_t peerPort() const { return peer_.port(); }

    /// From now on it goes there. Only with Accepts::AnyPort.
    void sendTo(std::uint16_t peerPort);

    /// Where the datagram that is being handed out comes from.
    std::uint16_t sourcePort() const { return sourcePort_; }

    std::uint64_t sentBytes() const { return sentBytes_; }
    std::uint64_t receivedBytes() const { return receivedBytes_; }

  private:
    void onEvent(Watch::Event event);
    void receiveSome();
    bool receiveOne();
    void dropError();
    bool isPeers(const sockaddr_storage& source) const;

    // given
    Loop& loop_;
    Handler& handler_;
    std::uint16_t port_;
    Poco::Net::SocketAddress peer_;
    Accepts accepts_;
    // owned
    Poco::Net::DatagramSocket socket_;
    Watch watch_;
    // state
    int fd_ = -1;
    std::uint16_t sourcePort_;
    std::uint64_t sentBytes_ = 0;
    std::uint64_t receivedBytes_ = 0;
};

} // namespace hookcast::net
