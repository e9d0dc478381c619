#pragma once

#include "base/Bytes.h"
#include "base/WorkerThread.h"
#include "net/Connector.h"
#include "net/Deadline.h"
#include "net/GuardedTimer.h"
#include "net/Loop.h"
#include "net/TcpConnection.h"
#include "rtmp/PullDialogue.h"
#include "rtmp/PullLink.h"

#include <Poco/Net/StreamSocket.h>

#include <exception>
#include <memory>
#include <string>

namespace hookcast::rtmp {

/// The link that is a connection: bytes to media, and deadlines for each step. Loop thread only.
class PullSession final : public PullLink, public net::TcpConnection::Handler, private net::TimerOwner {
  public:
    /// `resolver` and `owner` outlive it.
    PullSession(net::Loop& loop, base::WorkerThread& resolver, Terms terms, Owner& owner);
    ~PullSession() override;
    PullSession(const PullSession&) = delete;
    PullSession& operator=(const PullSession&) = delete;

    // PullLink
    void start() override;
    void pause() override;
    void resume() override;
    void close() override;
    net::SessionPort::Traffic traffic() const override;
    std::string peerIp() const override { return connection_ == nullptr ? std::string() : connection_->peerIp(); }

    // net::TcpConnection::Handler
    void onData(base::ByteSpan bytes) override;
    void onWritable() override {}
    void onDisconnected(const std::string& reason) override { end(reason); }

  private:
    // net::TimerOwner
    void endAfterFailure(const std::exception& why) noexcept override;

    void onConnected(const Poco::Net::StreamSocket& socket);
    void consume(base::ByteSpan input);
    void end(const std::string& reason);

    // given
    net::Loop& loop_;
    Terms terms_;
    Owner& owner_;
    // owned
    PullDialogue dialogue_;
    net::Connector connector_;
    std::unique_ptr<net::TcpConnection> connection_; ///< from the moment when there is one
    net::Deadline deadline_;
    base::Bytes held_; ///< of one read, while paused
    // state
    bool isPaused_ = false;
    bool hasEnded_ = false;
};

} // namespace hookcast::rtmp
