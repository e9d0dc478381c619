#pragma once

#include "api-server/MockServer.h"
#include "base/Clock.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>

#include <string>

namespace hookcast::mock {

/// A server in this process on a free port of the loopback.
class RunningServer {
  public:
    explicit RunningServer(ReplyMode mode = ReplyMode::Plain, int threads = 64, int logFd = -1)
        : server_({.host = "127.0.0.1", .port = 0, .threads = threads, .replyMode = mode, .quiet = logFd < 0}, clock_,
                  logFd) {
        server_.start();
    }

    void stop() { server_.stop(); }
    std::uint16_t port() const { return server_.port(); }

  private:
    base::SystemClock clock_;
    MockServer server_;
};

struct Response {
    int status = 0;
    std::string body;
    std::string contentType;
    std::string location;
};

/// One keep-alive connection.
class Client {
  public:
    explicit Client(std::uint16_t port) : session_("127.0.0.1", port) {
        session_.setKeepAlive(true);
        session_.setTimeout(Poco::Timespan(50, 0));
    }

    /// Throws Poco::Exception when no answer comes.
    Response send(const std::string& method, const std::string& target, const std::string& body = "",
                  bool chunked = false) {
        Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
        request.setKeepAlive(true);
        if (chunked)
            request.setChunkedTransferEncoding(true);
        else
            request.setContentLength64(static_cast<std::int64_t>(body.size()));
        session_.sendRequest(request) << body;
        Poco::Net::HTTPResponse head;
        Response response;
        Poco::StreamCopier::copyToString(session_.receiveResponse(head), response.body);
        response.status = head.getStatus();
        response.contentType = head.getContentType();
        response.location = head.get("Location", "");
        return response;
    }
    Response post(const std::string& target, const std::string& body) { return send("POST", target, body); }
    Response get(const std::string& target) { return send("GET", target); }

    void close() { session_.reset(); }

  private:
    Poco::Net::HTTPClientSession session_;
};

inline Poco::JSON::Object::Ptr parsed(const Response& response) {
    return Poco::JSON::Parser().parse(response.body).extract<Poco::JSON::Object::Ptr>();
}

} // namespace hookcast::mock
