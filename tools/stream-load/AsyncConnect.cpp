#include "AsyncConnect.h"

#include <Poco/Observer.h>

#include <sys/socket.h>

#include <cstring>
#include <utility>

namespace hookcast::load {

using Observer = Poco::Observer<AsyncConnect, Poco::Net::WritableNotification>;

AsyncConnect::AsyncConnect(net::Loop& loop, const Poco::Net::SocketAddress& address, OnDone onDone)
    : loop_(loop), onDone_(std::move(onDone)) {
    socket_.connectNB(address);
    loop_.reactor().addEventHandler(socket_, Observer(*this, &AsyncConnect::onWritable));
}

AsyncConnect::~AsyncConnect() {
    unregister();
}

void AsyncConnect::onWritable(Poco::Net::WritableNotification* notification) {
    notification->release();
    if (!waiting_) return;
    unregister();
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.impl()->sockfd(), SOL_SOCKET, SO_ERROR, &error, &size);
    onDone_(socket_, error == 0 ? "" : std::strerror(error));
}

void AsyncConnect::unregister() {
    if (!waiting_) return;
    waiting_ = false;
    loop_.reactor().removeEventHandler(socket_, Observer(*this, &AsyncConnect::onWritable));
}

} // namespace hookcast::load
