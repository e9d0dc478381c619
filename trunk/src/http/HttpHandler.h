#pragma once

#include "base/Bytes.h"
#include "http/HttpRequest.h"
#include "http/HttpResponse.h"
#include "http/RequestTarget.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/TcpSession.h"
#include "visits/Caller.h"

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hookcast::http {

/// What goes on with one request that is not answered at once. Its session owns it until the answer is complete or the
/// connection ends. Loop thread only.
class HttpActivity {
  public:
    virtual ~HttpActivity() = default;

    virtual void start() = 0;

    /// Whether what the client sends meanwhile is part of it. If not, it waits for the answer, as the next request.
    virtual bool takesInput() const { return false; }

    /// Only when it takes input.
    virtual void onInput(base::ByteSpan /*bytes*/) {}

    /// The connection has room again.
    virtual void onWritable() {}

    /// The connection ends: whatever is open ends with `reason`. At most once.
    virtual void close(const std::string& reason) = 0;

    /// See net::TcpSession.
    virtual std::string vhostName() const { return {}; }

    /// What it has open on vhosts that `isGone` says so of ends, and it goes on. False: it is no more than one client's
    /// and has one vhost at most.
    virtual bool endOn(const net::TcpSession::IsGone& /*isGone*/, const std::string& /*reason*/) { return false; }
};

/// What a handler or an activity does with the connection that a request came on: the seam at which tests stand in for
/// the session. Loop thread only.
class HttpPort {
  public:
    virtual ~HttpPort() = default;

    /// Answers the request; the connection goes on or ends, as request and response want it. `refusal` is what the log
    /// says beside the status; empty where the request was served: then nothing is logged.
    virtual void respond(const HttpResponse& response, const std::string& refusal) = 0;

    /// The same for a client that does not get what it wants: the log has its refusal already.
    virtual void refuse(const HttpResponse& response, const std::string& refusal) { respond(response, refusal); }

    /// Hands the request over to `activity`, which answers it later.
    virtual void run(std::unique_ptr<HttpActivity> activity) = 0;

    /// Leaves the request after all that an activity has looked into: it goes to the handlers behind the one that took
    /// it, as if that had left it.
    virtual void leave(const std::string& reason) = 0;

    /// Begins an answer whose body has the length `head.bodyBytes` and begins with `front`, which is handed over as
    /// session().write() does, together with the head: a packet of its own costs as much as tens of kilobytes. How many
    /// bytes of `front` were taken; what follows is written through session().
    virtual std::size_t beginBody(const HttpResponse& head, std::span<const iovec> front) = 0;

    /// The body is complete: the connection goes on or ends, as the request wanted it.
    virtual void endBody() = 0;

    /// Begins an answer whose body has no length and ends with the connection.
    virtual void beginStream(const HttpResponse& head) = 0;

    /// Ends it as it should, once `rest` is sent. `reason` is logged and told to the backends.
    virtual void endStream(const std::string& reason, base::ByteSpan rest) = 0;

    /// Runs `task` once the current call is over, unless the connection has ended by then.
    virtual void later(std::function<void()> task) = 0;

    /// The connection itself.
    virtual net::SessionPort& session() = 0;
    virtual net::Loop& loop() = 0;

    /// The client, as the hooks are told.
    virtual visits::Caller caller() const = 0;
};

/// Answers the requests that are its own: the live mounts, and what is to come beside them. One for all sessions; any
/// thread.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;

    /// Takes the request, by answering it or by HttpPort::run(), and returns nothing. Or leaves it, and says why: where
    /// no other handler takes it either, the client is told the first reason that is not empty, with 404. Empty: the
    /// path is of no kind that this one knows.
    virtual std::optional<std::string> handle(const HttpRequest& request, const RequestTarget& target,
                                              HttpPort& port) = 0;
};

} // namespace hookcast::http
