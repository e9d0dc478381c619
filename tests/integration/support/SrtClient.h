#pragma once

#include "base/Bytes.h"
#include "support/Deadline.h"

#include <srt/srt.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hookcast::integration {

struct SrtClientOptions {
    std::string passphrase;
    int receiveBufferBytes = 0; ///< 0: libsrt's default
    bool dropsTooLate = true;   ///< else the server may not drop for it what is too late, either
};

/// An SRT caller as tests need one. One thread at a time.
class SrtClient {
  public:
    /// Calls 127.0.0.1; whether it is let in tells rejectReason(). Throws std::runtime_error when libsrt does not take
    /// an option.
    SrtClient(std::uint16_t port, const std::string& streamId, const SrtClientOptions& options = {});
    ~SrtClient();
    SrtClient(const SrtClient&) = delete;
    SrtClient& operator=(const SrtClient&) = delete;

    bool connected() const { return rejectReason_ == 0; }

    /// 0 when it is connected; else one of libsrt's SRT_REJ_, or the server's own above 1000.
    int rejectReason() const { return rejectReason_; }

    /// Sends messages of at most 1316 bytes until all of `bytes` has left, or the server has closed the connection.
    void send(base::ByteSpan bytes) const;

    /// At least `size` bytes of what comes. Throws std::runtime_error when they do not come in time.
    base::Bytes receive(std::size_t size, const Deadline& deadline = Deadline()) const;

    /// The next message. Throws std::runtime_error when none comes in time.
    base::Bytes receiveMessage(const Deadline& deadline = Deadline()) const;

    /// An option of the connection, as both sides agreed on it.
    int option(SRT_SOCKOPT name) const;

    /// How many packets the server said that it has room for.
    int flowWindow() const;

    /// Reads until the server closes the connection; returns how many bytes came. Throws std::runtime_error when it
    /// does not in time.
    std::size_t expectClosed(const Deadline& deadline = Deadline()) const;

    void close();

  private:
    /// The next message; its size, 0 when nothing came for a moment, below 0 when the connection is closed.
    int next(std::span<std::uint8_t> buffer) const;

    SRTSOCKET socket_;
    int rejectReason_ = 0;
};

} // namespace hookcast::integration
