#pragma once

#include "base/Bytes.h"
#include "support/Deadline.h"
#include "support/Descriptor.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::integration {

/// A TCP connection to 127.0.0.1 whose calls wait, never longer than their deadline. One thread at a time.
class TcpClient {
  public:
    /// Throws std::runtime_error when nobody listens. `receiveBufferBytes` 0 leaves the buffer to the system. `from`:
    /// the client's own address, of 127.0.0.0/8.
    explicit TcpClient(std::uint16_t port, int receiveBufferBytes = 0, const char* from = "127.0.0.1");

    /// Throws std::runtime_error when the peer is gone or the deadline passes.
    void send(base::ByteSpan bytes, const Deadline& deadline = Deadline());

    /// The same, but false where send() would throw because the peer is gone.
    bool trySend(base::ByteSpan bytes, const Deadline& deadline = Deadline());

    /// What has arrived, at least one byte; nothing when the peer has closed or reset the connection. Throws
    /// std::runtime_error when the deadline passes first.
    std::optional<base::Bytes> receive(const Deadline& deadline = Deadline());

    /// Whether something can be received, the connection's end included, before `deadline` passes.
    bool waitReadable(const Deadline& deadline) const;

    /// Discards what arrives until the peer closes or resets the connection. Throws std::runtime_error when it does not
    /// in time.
    void drainUntilClosed(const Deadline& deadline = Deadline());

    /// Says that no more will be sent (FIN), and stays for what comes.
    void finishSending();

    /// Ends the connection at once with a reset (RST), as a machine that crashes or a firewall does.
    void reset();

    void close() { socket_.reset(); }

    std::uint16_t localPort() const;

  private:
    Descriptor socket_;
};

} // namespace hookcast::integration
