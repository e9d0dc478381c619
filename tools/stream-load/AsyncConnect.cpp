#include "AsyncConnect.h"

#include <sys/socket.h>

#include <cstring>
#include <utility>

namespace hookcast::load {

AsyncConnect::AsyncConnect(net::Loop& loop, const Poco::Net::SocketAddress& address, OnDone onDone)
    : onDone_(std::move(onDone)) {
    socket_.connectNB(address);
    watch_ =
        loop.watch(socket_.impl()->sockfd(), {.writable = true}, [this](net::Watch::Event /*event*/) { onEvent(); });
}

void AsyncConnect::onEvent() {
    watch_.end();
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.impl()->sockfd(), SOL_SOCKET, SO_ERROR, &error, &size);
    onDone_(socket_, error == 0 ? "" : std::strerror(error));
}

} // namespace hookcast::load
