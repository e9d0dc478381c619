#pragma once

#include "net/Loop.h"
#include "net/Watch.h"

#include <curl/curl.h>

#include <functional>
#include <unordered_map>
#include <utility>

namespace hookcast::hooks {

/// libcurl's sockets, watched on a loop as it wants them to be. A connection between two calls stays watched, as that
/// costs nothing and the next call wants the same; it is told of to nobody then.
///
/// Loop thread only, but for clear().
class CurlSockets {
  public:
    /// `flags`: CURL_CSELECT_...
    using OnReady = std::function<void(curl_socket_t socket, int flags)>;

    /// `loop` outlives it.
    CurlSockets(net::Loop& loop, OnReady onReady) : loop_(loop), onReady_(std::move(onReady)) {}

    /// As CURLMOPT_SOCKETFUNCTION says. Throws as net::Loop::watch() does.
    void want(curl_socket_t socket, int what);

    /// libcurl has made it for a connection, and tells of its end by closing(). Others it may close without a word.
    void opened(curl_socket_t socket) { sockets_[socket].isConnection = true; }

    /// Before it is closed.
    void closing(curl_socket_t socket) { sockets_.erase(socket); }

    /// None is watched any more. Once the loop has stopped.
    void clear() { sockets_.clear(); }

  private:
    struct Socket {
        net::Watch watch;
        net::Watch::Interest interest;
        bool isConnection = false;
        bool isIdle = false;
    };

    void onEvent(curl_socket_t socket, net::Watch::Event event);
    void leave(Socket& socket);

    // given
    net::Loop& loop_;
    OnReady onReady_;
    // state
    std::unordered_map<curl_socket_t, Socket> sockets_;
};

} // namespace hookcast::hooks
