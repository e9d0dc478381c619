#include "net/InheritedSockets.h"

#include <Poco/Net/ServerSocket.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

namespace hookcast::net {
namespace {

/// Listens on a port of 127.0.0.1; the test has a further descriptor of it, as one who has inherited it.
class InheritedSocketsTest : public ::testing::Test {
  protected:
    int copy() const { return ::fcntl(socket_.impl()->sockfd(), F_DUPFD, 100); }

    config::ListenAddress address() const {
        config::ListenAddress address;
        address.host = "127.0.0.1";
        address.port = socket_.address().port();
        return address;
    }

    std::string text() const { return socket_.address().toString(); }

    static bool isOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

    Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
};

TEST_F(InheritedSocketsTest, AreTakenByTheirAddressOnce) {
    const int fd = copy();
    InheritedSockets sockets(fmt::format("{}={}", fd, text()));
    EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
    config::ListenAddress other = address();
    other.host = "127.0.0.2";
    EXPECT_EQ(sockets.take(other), std::nullopt);
    EXPECT_EQ(sockets.take(address()), fd);
    EXPECT_EQ(sockets.take(address()), std::nullopt);
    ::close(fd);
}

TEST_F(InheritedSocketsTest, WhatNobodyTakesIsClosed) {
    const int fd = copy();
    { const InheritedSockets sockets(fmt::format("{}={}", fd, text())); }
    EXPECT_FALSE(isOpen(fd));
}

TEST_F(InheritedSocketsTest, WhatIsNotWhatItIsCalledIsLeftAlone) {
    const int fd = copy();
    for (const std::string& list : {fmt::format("{}=127.0.0.1:1", fd), fmt::format("{}", fd), fmt::format("{}=", fd),
                                    fmt::format("x={}", text()), fmt::format("1={}", text()), std::string("=  =")}) {
        InheritedSockets sockets(list);
        EXPECT_EQ(sockets.take(address()), std::nullopt) << list;
    }
    EXPECT_TRUE(isOpen(fd));
    ::close(fd);
}

TEST_F(InheritedSocketsTest, OnlyWhatListensHasAnAddress) {
    EXPECT_EQ(listeningAddressOf(socket_.impl()->sockfd()), text());
    const Poco::Net::StreamSocket client(socket_.address());
    EXPECT_EQ(listeningAddressOf(client.impl()->sockfd()), std::nullopt);
    EXPECT_EQ(listeningAddressOf(STDIN_FILENO), std::nullopt);
    EXPECT_EQ(listeningAddressOf(-1), std::nullopt);
}

} // namespace
} // namespace hookcast::net
