#include "hooks/CurlSockets.h"

namespace hookcast::hooks {

namespace {

constexpr net::Watch::Interest kAnswer{.readable = true, .writable = false};

} // namespace

void CurlSockets::want(curl_socket_t socket, int what) {
    if (what == CURL_POLL_REMOVE) {
        const auto known = sockets_.find(socket);
        if (known == sockets_.end()) return;
        if (known->second.isConnection)
            leave(known->second);
        else
            sockets_.erase(known);
        return;
    }
    const net::Watch::Interest interest{what != CURL_POLL_OUT, what != CURL_POLL_IN};
    Socket& known = sockets_[socket];
    known.isIdle = false;
    if (!known.watch.isOn())
        known.watch =
            loop_.watch(socket, interest, [this, socket](net::Watch::Event event) { onEvent(socket, event); });
    else if (known.interest != interest)
        known.watch.want(interest);
    known.interest = interest;
}

/// Its call has ended.
void CurlSockets::leave(Socket& socket) {
    socket.isIdle = true;
    if (socket.interest != kAnswer) socket.watch.end();
}

void CurlSockets::onEvent(curl_socket_t socket, net::Watch::Event event) {
    Socket& known = sockets_.at(socket);
    if (known.isIdle) {
        // Most likely it has ended. libcurl looks before it uses it again.
        known.watch.end();
        return;
    }
    using Event = net::Watch::Event;
    onReady_(socket, event == Event::Readable   ? CURL_CSELECT_IN
                     : event == Event::Writable ? CURL_CSELECT_OUT
                                                : CURL_CSELECT_ERR);
}

} // namespace hookcast::hooks
