#pragma once

#include "net/UdpSocket.h"

#include <sys/socket.h>
#include <sys/uio.h>

namespace hookcast::net {

/// On the socket's loop: sends a datagram of one byte. Whether the kernel took it.
inline bool sendByte(UdpSocket& socket) {
    char byte = 0;
    iovec range{&byte, 1};
    mmsghdr datagram{};
    datagram.msg_hdr.msg_iov = &range;
    datagram.msg_hdr.msg_iovlen = 1;
    return socket.send({&datagram, 1}) == 1;
}

} // namespace hookcast::net
