#pragma once

#include "net/Watch.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hookcast::net {

/// The two directions of a connection's bytes, under TcpConnection: plain, or through what changes them on their way.
/// Nothing here waits. Loop thread only.
///
/// What changes bytes may have to read in order to write, and the reverse, and may hold some of both: needs() says
/// what to wait for, holdsInput() what no descriptor shows.
class Stream {
  public:
    enum class Status : std::uint8_t {
        Done,    ///< all that could be done
        Blocked, ///< there is more to do, once what needs() says has happened
        Ended,   ///< the peer sends no more
        Failed,  ///< it is over: see failure()
    };

    struct Result {
        Status status;
        std::size_t sizeBytes = 0; ///< read, or taken over
    };

    virtual ~Stream() = default;

    /// Reads what there is, at most what fits. Done: at least one byte, and perhaps more is there. Not into nothing.
    virtual Result read(std::span<std::uint8_t> into) = 0;

    /// Takes over bytes from the front of `ranges`, which are then the stream's to send, whatever follows them. Done:
    /// all of them, and none is still here. Blocked: fewer, or some are; a further call, of no ranges even, goes on.
    virtual Result write(std::span<const iovec> ranges) = 0;

    /// Sends what is still here, and that no more is sent. Blocked: a further call goes on. No write() follows.
    virtual Result shutdown() = 0;

    /// Closes the descriptor, now. Nothing follows.
    virtual void close() = 0;

    /// What the descriptor is to be watched for, for read() to go on (`wanted.readable`), or write() and shutdown()
    /// (`wanted.writable`). It may change with each of these calls that is Blocked.
    virtual Watch::Interest needs(Watch::Interest wanted) const = 0;

    /// Whether what is written can leave: not during a handshake.
    virtual bool isReady() const { return true; }

    /// read() has bytes without the descriptor's being readable.
    virtual bool holdsInput() const = 0;

    /// Why it failed; also after an event Failed of the descriptor.
    virtual std::string failure() = 0;
};

} // namespace hookcast::net
