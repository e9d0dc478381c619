#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "config/Config.h"

#include <srt/srt.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace hookcast::srt {

/// An address as SRT tells it.
struct Address {
    std::string ip; ///< an IPv4 address that came mapped into IPv6 is without its prefix
    std::uint16_t port = 0;

    static Address of(const sockaddr_storage& address);

    /// `1.2.3.4:5` or `[::1]:5`
    std::string text() const;
};

/// Owns one of libsrt's sockets. Any thread, one at a time.
class Socket {
  public:
    enum class Outcome : std::uint8_t {
        Done,
        Again, ///< nothing is there, or there is no room
        Broken,
    };

    Socket() = default;
    explicit Socket(SRTSOCKET id) : id_(id) {}
    Socket(Socket&& other) noexcept : id_(other.release()) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();

    /// Binds `address` with srt_server's options, which accepted sockets inherit. The Error says what libsrt did not
    /// like.
    static base::Result<Socket> bind(const config::ListenAddress& address, const config::SrtServerConfig& options);

    /// Lets callers in, once the socket is bound and watched: srt_epoll does not tell of callers that came before.
    base::Result<void> listen() const;

    /// Takes one message, of at most `buffer` bytes; `sizeBytes` is set when it is there. Never waits.
    Outcome receive(std::span<std::uint8_t> buffer, std::size_t& sizeBytes) const;

    /// Sends `message` in one packet, or not at all. Never waits.
    Outcome send(base::ByteSpan message) const;

    /// Whether the connection is over, though something may be left to receive.
    bool isBroken() const { return srt_getsockstate(id_) > SRTS_CONNECTED; }

    /// Empty when the connection is over.
    Address localAddress() const;

    /// How long what has come in is held back, and what is sent is held back by the peer, as the handshake settled it.
    std::int64_t receiveLatencyMs() const { return number(SRTO_RCVLATENCY); }
    std::int64_t peerLatencyMs() const { return number(SRTO_PEERLATENCY); }
    std::string streamId() const;

    /// What was sent and the peer has not confirmed yet.
    std::size_t waitingPackets() const;
    std::int64_t roundTripMs() const;

    /// Takes from a caller who is being let in, and sends nothing, the memory for what it might send. During the
    /// handshake only.
    static void expectNoMedia(SRTSOCKET caller);

    SRTSOCKET id() const { return id_; }
    SRTSOCKET release() { return std::exchange(id_, SRT_INVALID_SOCK); }

  private:
    std::int64_t number(SRT_SOCKOPT option) const;

    SRTSOCKET id_ = SRT_INVALID_SOCK;
};

} // namespace hookcast::srt
