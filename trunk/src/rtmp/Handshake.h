#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::rtmp {

/// C1, S1, C2 and S2 (RTMP 1.0, section 5.2).
inline constexpr std::size_t kHandshakeBytes = 1536;

/// The server's side of the handshake: the plain one of the specification, or Flash's with digests when C1 carries a
/// valid one. Pure: it owns no socket and no thread.
class ServerHandshake {
  public:
    /// Consumes handshake bytes from the front of `input` and appends to `output` what must be sent. True once C2 has
    /// been consumed; the bytes behind it stay in `input`. C2's content is not checked: many clients send none that
    /// could be. A version other than 3 is an error at the first byte.
    base::Result<bool> next(base::ByteSpan& input, base::Bytes& output);

  private:
    base::Result<void> answer(base::Bytes& output);

    // state
    base::Bytes received_;    ///< C0 and C1 until they are complete
    std::size_t c2Bytes_ = 0; ///< how much of C2 was consumed
    bool answered_ = false;
};

/// The client's side of the handshake. Pure: it owns no socket and no thread.
class ClientHandshake {
  public:
    enum class Kind {
        Simple,
        Digest,         ///< digest block first, as most clients send it
        DigestKeyFirst, ///< key block first
    };

    explicit ClientHandshake(Kind kind) : kind_(kind) {}

    /// C0 and C1. Call it once, before next(). Empty when the system has no random bytes; next() then fails.
    base::Bytes start();

    /// Consumes handshake bytes from the front of `input` and appends C2 to `output`. True once S2 has been consumed
    /// and checked; the bytes behind it stay in `input`. A server without digests is accepted when S2 echoes C1.
    base::Result<bool> next(base::ByteSpan& input, base::Bytes& output);

  private:
    base::Result<void> answer(base::Bytes& output);

    // given
    Kind kind_;

    // state
    base::Bytes c1_;       ///< until done
    base::Bytes received_; ///< S0, S1 and S2 until they are complete
};

} // namespace hookcast::rtmp
