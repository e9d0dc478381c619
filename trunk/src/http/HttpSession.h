#pragma once

#include "config/Config.h"
#include "http/HandlerRound.h"
#include "http/HttpHandler.h"
#include "http/HttpReader.h"
#include "http/ServerContext.h"
#include "net/GatedSession.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookcast::http {

/// One HTTP connection: bytes to requests, one after another, each handed to the handler that takes it. Loop thread
/// only.
class HttpSession final : public net::GatedSession, public HttpPort {
  public:
    HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                const net::Arrival& arrival, OnGone onGone);

    // net::TcpSession
    void start() override;

    std::string vhostName() const override;
    void endOn(const IsGone& isGone, const std::string& reason) override;

    // net::TcpConnection::Handler
    void onWritable() override;

    // HttpPort
    void respond(const HttpResponse& response, const std::string& refusal) override {
        conclude(response, refusal, false);
    }
    void refuse(const HttpResponse& response, const std::string& refusal) override {
        conclude(response, refusal, true);
    }
    void run(std::unique_ptr<HttpActivity> activity) override;
    void leave(const std::string& reason) override;
    std::size_t beginBody(const HttpResponse& head, std::span<const iovec> front) override;
    void endBody() override;
    void beginStream(const HttpResponse& head) override;
    void endStream(const std::string& reason, base::ByteSpan rest) override { endAsExpected(reason, rest); }
    void later(std::function<void()> task) override;
    net::SessionPort& session() override { return *this; }
    net::Loop& loop() override { return GatedSession::loop(); }
    visits::Caller caller() const override;

  protected:
    // net::GatedSession
    void consume(base::ByteSpan& input) override;
    void onLate(const char* otherwise) override;
    std::string clientIp() const override { return requestIp_.empty() ? GatedSession::clientIp() : requestIp_; }
    void onEnd(const std::string& reason) override;
    bool isQuiet() const override { return isQuiet_; }

  private:
    HttpSession(ServerContext& context, std::shared_ptr<const config::Config> config, net::Loop& loop,
                const net::Arrival& arrival, OnGone onGone, std::uint64_t number);

    void answer(HttpRequest&& request);
    void speakHttp2();
    void expectRest(HttpReader::Stage before);
    void conclude(const HttpResponse& response, const std::string& refusal, bool isTold);
    void sendRest(std::string answer, std::size_t sentBytes, std::function<void()> onSent);
    bool retireActivity();
    void endActivity();
    template <typename Step>
    bool callActivity(Step step);
    ResponseFraming framing() const;
    const config::HttpServerConfig& serverConfig() const { return *config_.*context_.server; }

    // given
    ServerContext& context_;
    std::shared_ptr<const config::Config> config_;
    std::uint64_t number_;
    // owned
    HttpReader reader_;
    HandlerRound round_;                     ///< of the newest request
    std::unique_ptr<HttpActivity> activity_; ///< of it, while it is not answered
    std::unique_ptr<HttpActivity> done_;     ///< has answered, and is still on the stack
    // state
    base::TracedClients::Introduction introduction_;
    std::string requestIp_;   ///< where the newest request's client is: a proxy may send those of several
    std::string requestLine_; ///< of the newest request: method and path, for the log
    bool keepAlive_ = false;  ///< as it wants it
    bool headOnly_ = false;   ///< it is HEAD
    bool awaitsBody_ = false; ///< it is answered, and its body is read over
    bool isCalling_ = false;  ///< the activity is on the stack, and what it was called by looks after it
    bool isQuiet_ = true;     ///< all it has done so far is answer, as it does thousands of times for a dashboard
};

} // namespace hookcast::http
