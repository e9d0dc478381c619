#pragma once

#include "base/Bytes.h"
#include "net/GuardedTimer.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>

namespace hookcast::net {

/// What a conversation needs from the connection it is held on: the seam between the two, which tests stand in for.
/// Loop thread only.
class SessionPort : public TimerOwner {
  public:
    struct Traffic {
        std::uint64_t sentBytes;
        std::uint64_t receivedBytes;
    };

    virtual ~SessionPort() = default;

    /// Sends replies. Not while a playback writes: replies then go through it.
    virtual void send(base::ByteSpan bytes) = 0;

    /// Hands media to the kernel; see hub::Subscriber::write().
    virtual std::size_t write(std::span<const iovec> ranges) = 0;

    /// No further message is delivered until resume(): the client waits for a verdict.
    virtual void suspend() = 0;

    /// Messages flow again; those that waited are delivered from within this call.
    virtual void resume() = 0;

    /// The client must do what is expected of it within `withinMs`, or the session ends with `otherwise` as reason.
    /// Replaces the expectation before it.
    virtual void expect(std::int64_t withinMs, const char* otherwise) = 0;
    virtual void expectNothing() = 0;

    /// Ends the session: sends `farewell`, then closes. `reason` is logged and told to the backends.
    virtual void end(const std::string& reason, base::ByteSpan farewell) = 0;

    /// end() for a client that does not get what it wants: the log has its refusal already.
    virtual void endRefused(const std::string& reason, base::ByteSpan farewell) { end(reason, farewell); }

    /// end() without farewell, once the current call is over.
    virtual void endLater(const std::string& reason) = 0;

    /// The same for a session that cannot go on, as something has thrown. It throws nothing: without memory for more,
    /// its connection ends, and the session with it.
    void endAfterFailure(const std::exception& why) noexcept final {
        try {
            endLater(std::string("internal error: ") + why.what());
        } catch (const std::exception&) {
            endAtOnce();
        }
    }

    /// The client publishes or plays from now on, or does not any more.
    virtual void setAdmitted(bool /*isAdmitted*/) {}

    virtual void setNoDelay(bool on) = 0;

    /// See net::TcpConnection::gatherReads().
    virtual void gatherReads(std::int64_t periodMs) = 0;
    virtual Traffic traffic() const = 0;

  protected:
    /// Ends the connection without a word and without memory; what ends the session then comes from the loop.
    virtual void endAtOnce() noexcept {}
};

} // namespace hookcast::net
