#pragma once

#include "config/Config.h"
#include "http/HttpHandler.h"
#include "http/HttpReader.h"
#include "http/ServerContext.h"
#include "net/DeadlineTimer.h"
#include "net/TcpConnection.h"
#include "net/TcpSession.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::http {

/// One HTTP connection: bytes to requests, one after another, each handed to the handler that takes it. Loop thread
/// only.
///
/// It ends exactly once, by end() or kick() or when the peer leaves: the activity closes first (so do its tickets), then
/// the connection; then the owner lets go of it.
class HttpSession final : public net::TcpSession,
                          public net::TcpConnection::Handler,
                          public HttpPort,
                          public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                const Poco::Net::StreamSocket& socket, OnGone onGone);
    ~HttpSession() override;

    // net::TcpSession
    void start() override;
    void kick(const std::string& reason) override;

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override;
    void onDisconnected(const std::string& reason) override;

    // HttpPort
    void respond(const HttpResponse& response, const std::string& reason) override;
    void run(std::unique_ptr<HttpActivity> activity) override;
    void beginStream(const HttpResponse& head) override;
    void send(base::ByteSpan bytes) override;
    std::size_t write(std::span<const iovec> ranges) override;
    void end(Ending ending, const std::string& reason, base::ByteSpan farewell) override;
    void later(std::function<void()> task) override;
    void setNoDelay(bool on) override { connection_.setNoDelay(on); }
    Traffic traffic() const override { return {connection_.sentBytes(), connection_.receivedBytes()}; }
    net::Loop& loop() const override { return loop_; }
    std::uint64_t number() const override { return number_; }
    const std::string& logName() const override { return logName_; }
    const std::string& peerIp() const override { return connection_.peerIp(); }

  private:
    void consume(base::ByteSpan input);
    void answer(const HttpRequest& request);
    void answerOptions();
    void expectNext(HttpReader::Stage before);
    void keepForLater(base::ByteSpan input);
    void dropActivity();
    void onLate(const char* otherwise);
    ResponseFraming framing() const;
    void finish(Ending ending, const std::string& reason);

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    net::Loop& loop_;
    OnGone onGone_;
    // owned
    std::string logName_;
    net::TcpConnection connection_;
    net::DeadlineTimer deadline_;
    HttpReader reader_;
    std::unique_ptr<HttpActivity> activity_; ///< of the request that is not answered yet
    base::Bytes waitingInput_;               ///< what came meanwhile
    // state
    std::uint64_t number_;
    std::int64_t startedAtMs_;
    std::string requestLine_; ///< of the request at hand: method and path, for the log
    bool keepAlive_ = false;  ///< as that request wants it
    bool headOnly_ = false;   ///< that request is HEAD
    bool ended_ = false;
};

} // namespace hookcast::http
