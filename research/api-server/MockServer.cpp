#include "api-server/MockServer.h"

#include "api-server/AllEndpoints.h"
#include "api-server/HttpExchange.h"

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Timespan.h>

namespace hookcast::mock {

namespace {

constexpr int kListenBacklog = 4096;
constexpr int kMaxQueuedConnections = 4096;
constexpr int kThreadStackBytes = 128 * 1024;
constexpr int kThreadIdleSeconds = 60;
constexpr long kKeepAliveSeconds = 24L * 3600;
constexpr long kReceiveTimeoutSeconds = 60;
/// How long an idle thread waits for the next connection; a stop that falls in between waits for it.
constexpr long kIdleWaitMicroseconds = 500'000;
/// A thread that has ended its work is for a moment counted as working still.
constexpr int kSpareThreads = 16;

Poco::Net::ServerSocket listenOn(const ServerOptions& options) {
    // SO_REUSEPORT would let a second server share the port instead of being told that it is in use.
    constexpr bool kReuseAddress = true;
    constexpr bool kReusePort = false;
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(options.host, options.port), kReuseAddress, kReusePort);
    socket.listen(kListenBacklog);
    return socket;
}

Poco::Net::HTTPServerParams::Ptr serverParams(const ServerOptions& options) {
    Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
    params->setMaxThreads(options.threads);
    params->setMaxQueued(kMaxQueuedConnections);
    params->setThreadIdleTime(Poco::Timespan(0, kIdleWaitMicroseconds));
    params->setKeepAlive(true);
    params->setMaxKeepAliveRequests(0);
    params->setKeepAliveTimeout(Poco::Timespan(kKeepAliveSeconds, 0));
    params->setTimeout(Poco::Timespan(kReceiveTimeoutSeconds, 0));
    params->setSoftwareVersion("mock-hook-server/" MOCK_HOOK_VERSION);
    return params;
}

} // namespace

MockServer::MockServer(const ServerOptions& options, const base::Clock& clock, int logFd)
    : calls_({.calls = options.keepCalls}, clock), events_({.events = options.keepCalls}, clock),
      log_(options.quiet ? -1 : logFd), signatures_(options.signingKeys, clock),
      hooks_(allEndpoints(events_), options.replyMode, rules_, calls_, log_, &signatures_),
      control_(rules_, calls_, events_, &hooks_, &signatures_), params_(serverParams(options)),
      threads_("mock-hook", 2, options.threads + kSpareThreads, kThreadIdleSeconds, kThreadStackBytes),
      socket_(listenOn(options)), address_(socket_.address()),
      server_(new ConnectionFactory(connections_, params_, new HttpExchangeFactory(hooks_, control_, stop_)), threads_,
              socket_, params_) {}

MockServer::~MockServer() {
    stop();
}

void MockServer::start() {
    server_.start();
    started_ = true;
}

void MockServer::stop() {
    if (!started_) return;
    started_ = false;
    stop_.request();
    calls_.close();
    events_.close();
    connections_.endAll();
    server_.stop();
    socket_.close();
    threads_.joinAll();
    threads_.stopAll();
}

} // namespace hookcast::mock
