#include "net/Listener.h"
#include "net/UdpSocket.h"
#include "unit/net/ConnectionOwner.h"
#include "unit/net/SentByte.h"
#include "unit/net/TurnCounter.h"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hookcast::net {
namespace {

/// Whoever has nothing to do leaves the processor alone, whatever its sockets could do.
class RestTest : public ::testing::Test {
  protected:
    bool isAtRest() { return net::isAtRest(runner_, clock_); }

    AskedClock clock_;
    support::LoopRunner runner_{clock_};
};

TEST_F(RestTest, AConnectionThatWasFullIsAtRestWhenItIsNotAnyMore) {
    ConnectionOwner owner(runner_, 1024 * 1024);
    ASSERT_TRUE(isAtRest());
    const std::string much(512 * 1024, 'x');
    ASSERT_TRUE(owner.send(much));
    EXPECT_TRUE(isAtRest()) << "while it is full";
    ASSERT_EQ(owner.peer().receive(much.size()).size(), much.size());
    ASSERT_TRUE(owner.writable.wait());
    EXPECT_TRUE(isAtRest());
}

TEST_F(RestTest, APausedConnectionIsAtRestWhateverComes) {
    ConnectionOwner owner(runner_, 1024);
    owner.with([](TcpConnection& connection) { connection.pauseReading(); });
    owner.peer().send("something");
    EXPECT_TRUE(isAtRest());
    owner.peer().shutdownSend();
    EXPECT_TRUE(isAtRest());
    owner.with([](TcpConnection& connection) { connection.resumeReading(); });
    ASSERT_TRUE(owner.disconnected.wait());
    EXPECT_EQ(owner.received, "something");
}

class Deaf final : public UdpSocket::Handler {
  public:
    void onDatagram(UdpSocket& /*from*/, base::ByteSpan /*bytes*/) override {}
    void onSendable(UdpSocket& /*socket*/) override {}
    void onFailure(const std::string& /*reason*/) override {}
};

/// The kernel tells of the peer's refusal for as long as nobody asks which it is.
TEST_F(RestTest, ADatagramSocketIsAtRestWhosePeerIsNotThere) {
    // Nobody else can have the port, and its owner takes nothing but from elsewhere.
    Poco::Net::DatagramSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
    const std::uint16_t closedPort = taken.address().port();
    taken.connect(Poco::Net::SocketAddress("127.0.0.1", 9));
    Deaf deaf;
    std::unique_ptr<UdpSocket> socket;
    runner_.run([&] {
        socket = std::make_unique<UdpSocket>(runner_.loop(), 0, "127.0.0.1", closedPort, deaf);
        socket->start();
        EXPECT_TRUE(sendByte(*socket));
    });
    EXPECT_TRUE(isAtRest());
    runner_.run([&] { socket.reset(); });
}

TEST_F(RestTest, AListenerIsAtRestThatIsNotCalled) {
    config::ListenAddress address;
    address.host = "127.0.0.1";
    std::unique_ptr<Listener> listener =
        std::make_unique<Listener>(runner_.loop(), address, [](const Listener::Accepted&) {});
    runner_.run([&] { listener->start(); });
    EXPECT_TRUE(isAtRest());
    runner_.run([&] { listener.reset(); });
}

} // namespace
} // namespace hookcast::net
