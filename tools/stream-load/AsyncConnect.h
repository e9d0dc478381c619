#pragma once

#include "net/Loop.h"
#include "net/Watch.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <string>

namespace hookcast::load {

/// Connects without blocking its loop. Loop thread only.
class AsyncConnect {
  public:
    /// Called once, on the loop; `error` is empty when `socket` is connected. The owner may destroy this in the call
    /// only by a post.
    using OnDone = std::function<void(Poco::Net::StreamSocket socket, const std::string& error)>;

    AsyncConnect(net::Loop& loop, const Poco::Net::SocketAddress& address, OnDone onDone);
    AsyncConnect(const AsyncConnect&) = delete;
    AsyncConnect& operator=(const AsyncConnect&) = delete;

  private:
    void onEvent();

    // given
    OnDone onDone_;
    // owned
    Poco::Net::StreamSocket socket_;
    net::Watch watch_;
};

} // namespace hookcast::load
