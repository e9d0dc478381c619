#pragma once

#include "base/Bytes.h"
#include "http/HttpRequest.h"
#include "http/HttpResponse.h"
#include "http/RequestTarget.h"
#include "net/Loop.h"

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hookcast::http {

class HttpPort;

/// What goes on with one request that was not answered at once. Its session owns it until the answer is complete or
/// the connection ends. Loop thread only.
class HttpActivity {
  public:
    virtual ~HttpActivity() = default;

    /// Begins. Not from within the constructor, so that it may answer at once.
    virtual void start() = 0;

    /// Whether what the client sends meanwhile is part of it. If not, it waits for the answer, as the next request.
    virtual bool takesInput() const { return false; }

    /// Only when it takes input.
    virtual void onInput(base::ByteSpan /*bytes*/) {}

    /// HttpPort::write() has room again.
    virtual void onWritable() {}

    /// The connection ends: whatever is open ends with `reason`. Called at most once, and before its destruction unless
    /// the request has been answered.
    virtual void close(const std::string& reason) = 0;
};

/// What a handler or an activity does with the connection that a request came on: the seam at which tests stand in for
/// the session. Loop thread only.
class HttpPort {
  public:
    struct Traffic {
        std::uint64_t sentBytes;
        std::uint64_t receivedBytes;
    };

    /// Whether a connection ends as it should: what the log makes of it.
    enum class Ending : std::uint8_t { Expected, Failure };

    virtual ~HttpPort() = default;

    /// Answers the request; the connection goes on or ends as request and response want it. `reason` is what the log
    /// says about a refusal, beyond the status; empty: the request was served, and nothing is logged.
    virtual void respond(const HttpResponse& response, const std::string& reason = {}) = 0;

    /// Hands the request over to `activity`, which answers later.
    virtual void run(std::unique_ptr<HttpActivity> activity) = 0;

    /// Begins an answer whose body has no known length, and which ends with the connection.
    virtual void beginStream(const HttpResponse& head) = 0;

    /// Sends more of it; not while a playback writes.
    virtual void send(base::ByteSpan bytes) = 0;

    /// Hands media to the kernel; see hub::Subscriber::write().
    virtual std::size_t write(std::span<const iovec> ranges) = 0;

    /// Ends the connection once `farewell` is sent. `reason` is logged and told to the backends.
    virtual void end(Ending ending, const std::string& reason, base::ByteSpan farewell) = 0;

    /// Runs `task` once the current call is over, unless the connection has ended by then.
    virtual void later(std::function<void()> task) = 0;

    virtual void setNoDelay(bool on) = 0;
    virtual Traffic traffic() const = 0;
    virtual net::Loop& loop() const = 0;

    /// Unique in this process.
    virtual std::uint64_t number() const = 0;
    virtual const std::string& logName() const = 0;
    virtual const std::string& peerIp() const = 0;
};

/// Answers the requests that are its own: the live mounts, and what is to come beside them. One for all sessions; any
/// thread.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;

    /// Takes the request, by answering it or by HttpPort::run(). Or returns why it is not for this handler: where no
    /// other takes it either, the client is told so, with 404.
    virtual std::optional<std::string> handle(const HttpRequest& request, const RequestTarget& target,
                                              HttpPort& port) = 0;
};

} // namespace hookcast::http
