#pragma once

#include "base/Result.h"
#include "base/WorkerThread.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "net/Watch.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::net {

/// One connection over TCP that this server makes: to each address of a host, in turn, until one takes it. Names are
/// looked up on a thread that may wait, connecting does not wait. It keeps no time: its death ends it. Loop thread
/// only.
class Connector {
  public:
    /// The connected socket, or why there is none, in words for the log.
    using OnDone = std::function<void(base::Result<Poco::Net::StreamSocket>)>;

    /// `resolver` outlives it, and ends before the loop does.
    Connector(Loop& loop, base::WorkerThread& resolver) : loop_(loop), resolver_(resolver), news_(loop) {}

    /// Once. `onDone` is called once, later, and may destroy this.
    void connect(const std::string& host, std::uint16_t port, OnDone onDone);

  private:
    using Addresses = std::vector<Poco::Net::SocketAddress>;

    void resolve(const std::string& host, std::uint16_t port);
    void tryNext();
    void onEvent();
    void finish(base::Result<Poco::Net::StreamSocket> result);

    // given
    Loop& loop_;
    base::WorkerThread& resolver_;
    OnDone onDone_;
    // owned
    Addresses untried_; ///< the next one is the last
    std::optional<Poco::Net::StreamSocket> socket_;
    Watch watch_;
    Timer news_;
    // state
    std::string failure_ = "the host has no address";
    std::shared_ptr<Connector*> self_; ///< what comes from the resolver finds it gone
};

} // namespace hookcast::net
