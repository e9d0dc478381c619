#pragma once

#include "unit/support/Event.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// A backend in this process, on a free port of the loopback. What a path does may be said anew; calls that it has
/// begun to answer go on as they were.
class TestBackend {
  public:
    using Request = Poco::Net::HTTPServerRequest;
    using Response = Poco::Net::HTTPServerResponse;
    using Handler = std::function<void(Request&, Response&)>;

    static constexpr int kThreads = 200;

    TestBackend()
        : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)), pool_(2, kThreads),
          server_(new Factory(*this), pool_, socket_, params()) {
        on("/zero", [](Request&, Response& response) { reply(response, "0"); });
        on("/hang", [this](Request&, Response& response) {
            hanging.happen();
            if (released_.wait()) reply(response, "0");
        });
        server_.start();
    }
    ~TestBackend() {
        release();
        server_.stopAll(true);
        pool_.joinAll();
    }
    TestBackend(const TestBackend&) = delete;
    TestBackend& operator=(const TestBackend&) = delete;

    /// What `handler` refers to lives until the last call to it has been answered.
    void on(const std::string& path, Handler handler) {
        const std::lock_guard lock(mutex_);
        handlers_[path] = std::make_shared<const Handler>(std::move(handler));
    }

    static void reply(Response& response, const std::string& body) {
        response.setContentLength64(static_cast<std::int64_t>(body.size()));
        response.send() << body;
    }

    static std::string bodyOf(Request& request) {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        return body;
    }

    /// Lets go what /hang holds.
    void release() { released_.happen(); }

    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(socket_.address().port()) + path;
    }
    int connections() const { return server_.totalConnections(); }

    support::Event hanging; ///< a call has arrived at /hang
    support::Event calls;   ///< a call has arrived

  private:
    class Router final : public Poco::Net::HTTPRequestHandler {
      public:
        explicit Router(TestBackend& backend) : backend_(backend) {}
        void handleRequest(Request& request, Response& response) override {
            backend_.calls.happen();
            (*backend_.handlerOf(request.getURI()))(request, response);
        }

      private:
        TestBackend& backend_;
    };
    class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
      public:
        explicit Factory(TestBackend& backend) : backend_(backend) {}
        Poco::Net::HTTPRequestHandler* createRequestHandler(const Request& /*request*/) override {
            return new Router(backend_); // NOLINT(cppcoreguidelines-owning-memory): Poco owns it
        }

      private:
        TestBackend& backend_;
    };

    std::shared_ptr<const Handler> handlerOf(const std::string& path) const {
        const std::lock_guard lock(mutex_);
        return handlers_.at(path);
    }

    static Poco::Net::HTTPServerParams::Ptr params() {
        Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
        params->setMaxThreads(kThreads);
        params->setMaxQueued(2000);
        params->setKeepAlive(true);
        params->setMaxKeepAliveRequests(0);
        params->setKeepAliveTimeout(Poco::Timespan(support::kPatience.count(), 0));
        return params;
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Handler>> handlers_;
    support::Event released_;
    Poco::Net::ServerSocket socket_;
    Poco::ThreadPool pool_;
    Poco::Net::HTTPServer server_;
};

} // namespace hookcast::hooks
