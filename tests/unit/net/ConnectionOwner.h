#pragma once

#include "net/TcpConnection.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"
#include "unit/support/TcpPair.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::net {

/// One end of a connection: a TcpConnection on a loop, with what it told; and the peer at the other end.
/// What it told may be read on the loop, or after an event that happened later.
class ConnectionOwner final : public TcpConnection::Handler {
  public:
    /// Makes the stream that the connection's bytes go through.
    using MakeStream = std::function<std::unique_ptr<Stream>(const Poco::Net::StreamSocket&)>;

    ConnectionOwner(support::LoopRunner& runner, std::size_t sendLimitBytes) : runner_(runner) {
        start([&] { return std::make_unique<TcpConnection>(runner_.loop(), pair_.ours, *this, sendLimitBytes); });
    }
    ConnectionOwner(support::LoopRunner& runner, std::size_t sendLimitBytes, const MakeStream& makeStream)
        : runner_(runner) {
        start([&] {
            return std::make_unique<TcpConnection>(runner_.loop(), pair_.ours, makeStream(pair_.ours), *this,
                                                   sendLimitBytes);
        });
    }
    ~ConnectionOwner() override {
        runner_.run([&] { connection_.reset(); });
    }
    ConnectionOwner(const ConnectionOwner&) = delete;
    ConnectionOwner& operator=(const ConnectionOwner&) = delete;

    /// Runs `body` with the connection, on the loop.
    template <typename F>
    auto with(F body) {
        return runner_.run([&] { return body(*connection_); });
    }

    bool send(std::string_view text) {
        return with([&](TcpConnection& connection) { return connection.send(base::asBytes(text)); });
    }

    /// Loop thread only.
    TcpConnection& connection() { return *connection_; }

    void destroyConnection() { connection_.reset(); }

    support::Peer& peer() { return pair_.peer; }

    void onData(base::ByteSpan bytes) override {
        received += base::asText(bytes);
        data.happen();
        if (whenData) whenData();
        lastBytesAfter = base::asText(bytes);
    }
    void onWritable() override {
        pendingWhenWritable.push_back(connection_->pendingBytes());
        if (whenWritable) whenWritable();
        writable.happen();
    }
    void onDisconnected(const std::string& reason) override {
        reasons.push_back(reason);
        disconnected.happen();
    }

  private:
    support::LoopRunner& runner_;

  public:
    std::function<void()> whenData;
    std::function<void()> whenWritable;
    std::string received;
    std::string lastBytesAfter; ///< what came last, as it was at the end of onData()
    std::vector<std::size_t> pendingWhenWritable;
    std::vector<std::string> reasons;
    support::LoopEvent data{runner_};
    support::LoopEvent writable{runner_};
    support::LoopEvent disconnected{runner_};

  private:
    template <typename Make>
    void start(Make make) {
        runner_.run([&] {
            connection_ = make();
            pair_.ours = Poco::Net::StreamSocket();
            connection_->start();
        });
    }

    support::TcpPair pair_;
    std::unique_ptr<TcpConnection> connection_;
};

} // namespace hookcast::net
