#pragma once

#include "base/Bytes.h"
#include "base/TracedClients.h"
#include "config/Config.h"
#include "http/HandlerRound.h"
#include "http/HttpHandler.h"
#include "http/OtherVersion.h"
#include "http/ServerContext.h"
#include "http2/Frames.h"
#include "net/ConnectionBudget.h"
#include "net/Deadline.h"
#include "net/SessionPort.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hookcast::http2 {

/// What a stream needs of the connection that it is on. Outlives the stream.
class Carrier {
  public:
    virtual ~Carrier() = default;

    virtual Frames& frames() = 0;

    /// Sends what there is, as far as the connection takes it now.
    virtual void flush() = 0;

    virtual const http::HttpLine& line() const = 0;

    /// Something of a stream's is free for another one, or all of it is over.
    virtual void onFreed() = 0;
};

/// One request of an HTTP/2 connection and its answer: to handlers and activities what a whole connection is with
/// HTTP/1. It has a number, a name in the log, deadlines, a place in the budget and an end of its own. What an activity
/// writes goes into frames at once, or stays with the activity. Loop thread of its connection only.
class Stream final : public http::HttpPort,
                     public net::SessionPort,
                     public Frames::Body,
                     public std::enable_shared_from_this<Stream> {
  public:
    /// For a request that is answered once it begins.
    Stream(http::ServerContext& context, Carrier& carrier, Frames::Request&& asked);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Has the request answered. `isFirst`: it lives on the connection's own place, else on one of its own. False:
    /// there is none, and it `mayWait` for one until a further call, or until header_timeout, when it is refused.
    bool begin(bool isFirst, bool mayWait);
    bool hasBegun() const { return !request_ || hasEnded_ || isComplete_; }

    /// It will not begin yet: header_timeout runs from the first such call.
    void wait();

    /// It is over: by the client, or as the connection is. Nothing is sent any more.
    void noteGone(const std::string& reason);

    /// Somebody outside wants it to end.
    void kick(const std::string& reason) { finish(reason, {}, Ending::Ordered); }

    /// The activity has more to say, and there was no room.
    bool wantsRoom() const { return wantsRoom_ && activity_ != nullptr && !hasEnded_; }
    void onRoom();

    std::string vhostName() const { return activity_ == nullptr ? std::string() : activity_->vhostName(); }
    bool isFirst() const { return isFirst_; }
    bool hasEnded() const { return hasEnded_; }
    const std::string& ip() const { return ip_; }

    // Frames::Body
    Piece take(std::span<std::uint8_t> into) override;
    void onHead(std::size_t sizeBytes) override { sentBytes_ += sizeBytes; }

    // http::HttpPort
    void respond(const http::HttpResponse& response, const std::string& refusal) override {
        conclude(response, refusal, false);
    }
    void refuse(const http::HttpResponse& response, const std::string& refusal) override {
        conclude(response, refusal, true);
    }
    void run(std::unique_ptr<http::HttpActivity> activity) override;
    void leave(const std::string& reason) override;
    std::size_t beginBody(const http::HttpResponse& head, std::span<const iovec> front) override;
    void endBody() override;
    void beginStream(const http::HttpResponse& head) override;
    void endStream(const std::string& reason, base::ByteSpan rest) override;
    void later(std::function<void()> task) override;
    net::SessionPort& session() override { return *this; }
    net::Loop& loop() override { return loop_; }
    visits::Caller caller() const override;

    // net::SessionPort
    void send(base::ByteSpan bytes) override;
    std::size_t write(std::span<const iovec> ranges) override;
    void suspend() override {} // nothing more comes from the client
    void resume() override {}
    void expect(std::int64_t withinMs, const char* otherwise) override { deadline_.expect(withinMs, otherwise); }
    void expectNothing() override { deadline_.expectNothing(); }
    void end(const std::string& reason, base::ByteSpan farewell) override { finish(reason, farewell, Ending::Fault); }
    void endRefused(const std::string& reason, base::ByteSpan farewell) override {
        finish(reason, farewell, Ending::Refused);
    }
    void endLater(const std::string& reason) override;
    void setAdmitted(bool isAdmitted) override;
    void setNoDelay(bool on) override { carrier_.line().port.session().setNoDelay(on); }
    void gatherReads(std::int64_t /*periodMs*/) override {}
    Traffic traffic() const override { return {sentBytes_, 0}; }

  protected:
    void endAtOnce() noexcept override;

  private:
    /// Whose doing it is; see net::GatedSession.
    enum class Ending { Expected, Refused, Fault, Ordered };

    base::Result<void> takePlace();
    void leavePlace();
    void refusePlace(const std::string& why);
    void onLate(const char* otherwise);

    void conclude(const http::HttpResponse& response, const std::string& refusal, bool isTold);
    void sendHead(const http::HttpResponse& head, std::optional<std::uint64_t> bodyBytes);
    void finish(const std::string& reason, base::ByteSpan farewell, Ending ending);
    void finishFrames(base::ByteSpan farewell, Ending ending);
    void tellEnd(const std::string& reason, Ending ending);
    void retire();
    void endActivity();
    base::Log& log() const { return context_.log; }

    // given
    http::ServerContext& context_;
    Carrier& carrier_;
    net::Loop& loop_;
    std::int32_t id_;
    std::shared_ptr<const config::Config> config_;
    std::uint64_t number_;
    std::string logName_;
    // owned
    std::optional<http::HttpRequest> request_; ///< until it begins
    net::ConnectionPlace further_;             ///< none where it is the first
    http::HandlerRound round_;
    std::unique_ptr<http::HttpActivity> activity_; ///< while the request is not answered
    net::Deadline deadline_;
    base::Bytes rest_;                               ///< of the answer: what is here to be sent before anything else
    base::TracedClients::Introduction introduction_; ///< where there is an activity
    // state
    std::string ip_;          ///< where its client is: a proxy may send those of several
    std::string requestLine_; ///< method and path, for the log
    std::int64_t beganAtMs_;
    std::uint64_t sentBytes_ = 0;
    std::size_t restSentBytes_ = 0;
    std::span<const iovec> offered_;             ///< during write()
    std::size_t takenBytes_ = 0;                 ///< of that
    std::optional<std::uint64_t> bodyLeftBytes_; ///< of a body with a length
    int faultStatus_;                            ///< of the request; 0: there is none
    std::string fault_;                          ///< the same in words
    bool headOnly_;
    bool isFirst_ = false;
    bool isWaiting_ = false;
    bool isHeadSent_ = false;
    bool isComplete_ = false; ///< nothing is added to the answer any more
    bool isLive_ = false;     ///< its body ends with it
    bool wantsRoom_ = false;
    bool isGone_ = false; ///< for the client
    bool hasEnded_ = false;
};

} // namespace hookcast::http2
