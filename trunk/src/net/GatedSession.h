#pragma once

#include "base/Bytes.h"
#include "base/Log.h"
#include "config/Config.h"
#include "net/Arrival.h"
#include "net/Deadline.h"
#include "net/Doorway.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/TcpConnection.h"
#include "net/TcpSession.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hookcast::net {

/// A session on one TCP connection, without its protocol: deadlines, input that waits while a verdict is out, and one
/// end. A protocol derives from it, reads in consume() and lets go of what it holds in onEnd(). Loop thread only.
///
/// What a connection passes before, a Doorway, takes its bytes from the front and may end the session: consume() sees
/// what is behind, out of TLS where the connection came to an address of that.
///
/// It ends exactly once, by end(), kick() or when the peer leaves: onEnd() first (so do its tickets), then the
/// connection; then the owner lets go of it.
class GatedSession : public TcpSession,
                     public TcpConnection::Handler,
                     public SessionPort,
                     public std::enable_shared_from_this<GatedSession> {
  public:
    /// `logName` names the client in the log; of `config` the limits count, and whose PROXY header does.
    GatedSession(Loop& loop, base::Log& log, std::string logName, const Arrival& arrival, const config::Config& config,
                 OnGone onGone);
    ~GatedSession() override;

    // TcpSession
    void start() override;
    void kick(const std::string& reason) override;

    // TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override;
    void onFailure(const std::string& reason) override;

    // SessionPort
    void send(base::ByteSpan bytes) override;
    std::size_t write(std::span<const iovec> ranges) override;
    void suspend() override;
    void resume() override;
    void expect(std::int64_t withinMs, const char* otherwise) override { deadline_.expect(withinMs, otherwise); }
    void expectNothing() override { deadline_.expectNothing(); }
    void end(const std::string& reason, base::ByteSpan farewell) override { endWith(reason, farewell, Ending::Fault); }
    void endRefused(const std::string& reason, base::ByteSpan farewell) override {
        endWith(reason, farewell, Ending::Refused);
    }
    void endLater(const std::string& reason) override;
    void setAdmitted(bool isAdmitted) override;
    void setNoDelay(bool on) override { connection_.setNoDelay(on); }
    void gatherReads(std::int64_t periodMs) override { connection_.gatherReads(periodMs); }
    Traffic traffic() const override { return {connection_.sentBytes(), connection_.receivedBytes()}; }

  protected:
    void endAtOnce() noexcept override;

    /// resume() for whoever is just reading, and goes on with that: what has waited is not delivered.
    void unsuspend();

    /// end() for a session that ends as it should: the log does not warn.
    void endAsExpected(const std::string& reason, base::ByteSpan farewell) {
        endWith(reason, farewell, Ending::Expected);
    }

    /// What was expected did not come in time. Ends the session unless a protocol has more to say.
    virtual void onLate(const char* otherwise) { end(otherwise, {}); }

    /// Reads from the front of `input` until it is empty, or isSuspended() or hasEnded(): what is left is kept and
    /// comes again after resume().
    virtual void consume(base::ByteSpan& input) = 0;

    /// The client must publish or play within `withinMs` from now on, whatever it sends; what a verdict takes does not
    /// count. Before start(). Each further time that it does neither, it has as long again.
    void limitAdmission(std::int64_t withinMs) { admissionMs_ = withinMs; }

    /// Something came in; before consume(), and while the session is suspended too.
    virtual void onReceived() {}

    /// The session ends: tickets are closed here.
    virtual void onEnd(const std::string& reason) = 0;

    /// Where the client is, as far as the connection tells: behind a trusted proxy, what its PROXY header says. From
    /// the first consume() on.
    virtual std::string clientIp() const { return clientIp_; }

    /// Nothing has happened that an everyday log should have: the line about its end, if that is as expected, is one of
    /// the info level.
    virtual bool isQuiet() const { return false; }

    bool isSuspended() const { return suspended_; }
    bool hasEnded() const { return ended_; }
    const std::string& logName() const { return logName_; }
    const TcpConnection& connection() const { return connection_; }
    Loop& loop() const { return loop_; }
    base::Log& log() const { return log_; }

  private:
    /// Whose doing it is: the client's, as it should be or not, where the log has said why or not; or the server's.
    enum class Ending { Expected, Fault, Refused, Ordered };

    void enter(base::ByteSpan input);
    bool comeFrom(const ProxiedClient& client);
    void feed(base::ByteSpan input);
    void holdAdmission();
    void goOnWithAdmission();
    void onMissed(const char* otherwise);
    void endWith(const std::string& reason, base::ByteSpan farewell, Ending ending);
    void finish(const std::string& reason, Ending ending);

    // given
    Loop& loop_;
    base::Log& log_;
    OnGone onGone_;
    std::shared_ptr<const TlsContext> tls_; ///< until the doorway is passed; null: none is spoken
    std::size_t waitingBytes_; ///< so much is kept while suspended, before the kernel's window is left to close
    // owned
    std::string logName_;
    TcpConnection connection_;
    std::unique_ptr<Doorway> doorway_; ///< until it is passed
    base::Bytes waitingInput_;         ///< what came while suspended
    Deadline admission_;               ///< of a client that neither publishes nor plays
    Deadline deadline_;                ///< of whatever else is expected
    // state
    std::string clientIp_;
    std::int64_t startedAtMs_;
    std::int64_t admissionMs_ = 0;      ///< 0: no limit
    std::int64_t admissionLeftMs_ = 0;  ///< while suspended
    std::int64_t admissionUntilMs_ = 0; ///< else
    bool isAdmitted_ = false;
    bool suspended_ = false;
    bool isCut_ = false; ///< the connection ends, and nothing that comes counts
    bool ended_ = false;
};

} // namespace hookcast::net
