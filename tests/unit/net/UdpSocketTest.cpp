#include "net/UdpSocket.h"

#include "unit/net/ConnectionOwner.h"
#include "unit/net/SentByte.h"
#include "unit/support/FakeClock.h"

#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace hookcast::net {
namespace {

/// A socket on a loop, and its peer.
class UdpSocketTest : public ::testing::Test, public UdpSocket::Handler {
  public:
    ~UdpSocketTest() override {
        runner_.run([&] { socket_.reset(); });
    }

    void onDatagram(UdpSocket& /*from*/, base::ByteSpan bytes) override {
        const std::string text(base::asText(bytes));
        if (whenDatagram_) whenDatagram_();
        received_.push_back(text);
        stillThere_ = stillThere_ && text == base::asText(bytes);
        datagram_.happen();
    }
    void onSendable(UdpSocket& /*socket*/) override {}
    void onFailure(const std::string& reason) override {
        failure_ = reason;
        failed_.happen();
    }

  protected:
    UdpSocketTest() {
        peer_.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        runner_.run([&] {
            socket_ = std::make_unique<UdpSocket>(runner_.loop(), 0, "127.0.0.1", peer_.address().port(), *this);
            EXPECT_TRUE(sendByte(*socket_));
        });
        char byte = 0;
        Poco::Net::SocketAddress system; // which has chosen the port
        peer_.receiveFrom(&byte, 1, system);
        peer_.connect(system);
    }

    void send(const std::string& text) { peer_.sendBytes(text.data(), static_cast<int>(text.size())); }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    Poco::Net::DatagramSocket peer_;
    std::function<void()> whenDatagram_;
    std::unique_ptr<UdpSocket> socket_;
    std::vector<std::string> received_; ///< loop only, or after datagram_
    bool stillThere_ = true;            ///< likewise
    support::LoopEvent datagram_{runner_};
    std::string failure_; ///< after failed_
    support::LoopEvent failed_{runner_};
};

TEST_F(UdpSocketTest, HandsOutWhatTheKernelHolds) {
    send("one");
    send("two");
    runner_.run([&] { socket_->receivePending(); });
    EXPECT_EQ(received_, (std::vector<std::string>{"one", "two"}));
}

TEST_F(UdpSocketTest, TellsItsOwnerWhatTheOwnerHasThrown) {
    whenDatagram_ = [] { throw std::bad_alloc(); };
    runner_.run([&] { socket_->start(); });
    send("one");
    ASSERT_TRUE(failed_.wait());
    EXPECT_EQ(failure_, "internal error: std::bad_alloc");
}

/// As an RTSP publisher's end does, which is asked for over TCP, with more requests behind it.
TEST_F(UdpSocketTest, WhatCameOverTcpStaysWhileDatagramsAreRead) {
    ConnectionOwner owner(runner_, 4096);
    send(std::string(1000, 'u'));
    owner.whenData = [&] { socket_->receivePending(); };
    owner.peer().send(std::string(1000, 't'));
    ASSERT_TRUE(owner.data.wait());
    runner_.settle();
    ASSERT_EQ(datagram_.times(), 1U);
    EXPECT_EQ(owner.lastBytesAfter, std::string(1000, 't'));
}

/// As a sender report is looked for before the packet of media in hand is placed.
TEST_F(UdpSocketTest, ADatagramStaysWhileOthersAreRead) {
    send("first");
    send("after");
    whenDatagram_ = [&] { socket_->receivePending(); };
    runner_.run([&] { socket_->receivePending(); });
    EXPECT_EQ(received_, (std::vector<std::string>{"after", "first"}));
    EXPECT_TRUE(stillThere_);
}

} // namespace
} // namespace hookcast::net
