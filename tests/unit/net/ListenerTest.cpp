#include "net/Listener.h"

#include "base/Clock.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"
#include "unit/support/TempDir.h"

#include <Poco/Net/SocketAddress.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::net {
namespace {

using support::LoopRunner;

config::ListenAddress loopback(std::uint16_t port = 0) {
    config::ListenAddress address;
    address.host = "127.0.0.1";
    address.port = port;
    address.directive = "listen 127.0.0.1:" + std::to_string(port);
    address.where = {"my.conf", 3, 1};
    return address;
}

Poco::Net::StreamSocket connectTo(std::uint16_t port) {
    return Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port));
}

class ListenerTest : public ::testing::Test {
  public:
    ~ListenerTest() override {
        runner_.run([&] { listener_.reset(); });
    }

  protected:
    void listen(Listener::OnAccept onAccept) {
        listener_ = std::make_unique<Listener>(runner_.loop(), loopback(), std::move(onAccept));
    }
    void listen() {
        listen([this](Listener::Accepted socket) {
            accepted_.push_back(std::move(socket));
            accept_.happen();
        });
    }
    void start() {
        runner_.run([&] { listener_->start(); });
    }

    support::FakeClock clock_;
    LoopRunner runner_{clock_};
    std::unique_ptr<Listener> listener_;
    std::vector<Listener::Accepted> accepted_;
    support::LoopEvent accept_{runner_};
};

TEST_F(ListenerTest, AcceptsConnectionsOnItsLoop) {
    bool onLoop = false;
    listen([&](Listener::Accepted socket) {
        onLoop = runner_.loop().isCurrent();
        accepted_.push_back(std::move(socket));
        accept_.happen();
    });
    start();
    EXPECT_NE(listener_->port(), 0);
    const auto first = connectTo(listener_->port());
    const auto second = connectTo(listener_->port());
    ASSERT_TRUE(accept_.wait(2));
    EXPECT_TRUE(onLoop);
    EXPECT_EQ(accepted_[0]->peerAddress(), first.address());
    EXPECT_EQ(::fcntl(accepted_[0]->impl()->sockfd(), F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    EXPECT_EQ(::fcntl(accepted_[0]->impl()->sockfd(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(ListenerTest, AcceptsWhatConnectedBeforeItStarted) {
    listen();
    const auto early = connectTo(listener_->port());
    runner_.settle();
    EXPECT_EQ(accept_.times(), 0U);
    start();
    ASSERT_TRUE(accept_.wait());
}

TEST_F(ListenerTest, APortInUseIsNamedWithItsDirective) {
    listen();
    const config::ListenAddress taken = loopback(listener_->port());
    try {
        const Listener second(runner_.loop(), taken, [](const Listener::Accepted&) {});
        FAIL() << "two listeners on one port";
    } catch (const std::runtime_error& e) {
        const std::string port = std::to_string(listener_->port());
        EXPECT_THAT(e.what(), ::testing::HasSubstr("my.conf:3:1: cannot listen on port " + port));
        EXPECT_THAT(e.what(), ::testing::HasSubstr("(directive `listen 127.0.0.1:" + port + "`)"));
        EXPECT_THAT(e.what(), ::testing::HasSubstr("in use"));
    }
}

TEST_F(ListenerTest, ItsPortIsFreeAgainAtOnce) {
    listen();
    start();
    const std::uint16_t port = listener_->port();
    const auto connection = connectTo(port);
    ASSERT_TRUE(accept_.wait());
    runner_.run([&] { listener_.reset(); });
    EXPECT_NO_THROW(Listener(runner_.loop(), loopback(port), [](const Listener::Accepted&) {}));
}

TEST_F(ListenerTest, AcceptsNothingOnceStopped) {
    listen();
    start();
    runner_.run([&] { listener_->stop(); });
    EXPECT_THROW(connectTo(listener_->port()), Poco::Exception);
}

TEST_F(ListenerTest, MayStopFromWithinAnAccept) {
    listen([&](const Listener::Accepted&) {
        listener_->stop();
        accept_.happen();
    });
    const auto first = connectTo(listener_->port());
    const auto second = connectTo(listener_->port());
    start();
    ASSERT_TRUE(accept_.wait());
    runner_.settle();
    EXPECT_EQ(accept_.times(), 1U);
}

TEST_F(ListenerTest, AnExceptionCostsOneConnectionOnly) {
    listen([&](Listener::Accepted socket) {
        accept_.happen();
        if (accept_.times() == 1) throw std::runtime_error("no session");
        accepted_.push_back(std::move(socket));
    });
    start();
    const auto first = connectTo(listener_->port());
    const auto second = connectTo(listener_->port());
    ASSERT_TRUE(accept_.wait(2));
}

/// Whoever connects as fast as we accept must not have the loop for himself.
TEST_F(ListenerTest, AFloodOfConnectionsLeavesTheLoopToOthers) {
    constexpr std::size_t kFlood = 2000;
    std::size_t acceptedWhenTaskRan = 0;
    listen([&](const Listener::Accepted&) {
        accept_.happen();
        if (accept_.times() == 1) runner_.loop().post([&] { acceptedWhenTaskRan = accept_.times(); });
        if (accept_.times() < kFlood) connectTo(listener_->port());
    });
    const auto first = connectTo(listener_->port());
    start();
    ASSERT_TRUE(accept_.wait(kFlood));
    runner_.settle();
    EXPECT_LT(acceptedWhenTaskRan, kFlood / 2);
}

TEST_F(ListenerTest, KnowsIpv6) {
    config::ListenAddress address = loopback();
    address.host = "::1";
    try {
        listener_ = std::make_unique<Listener>(runner_.loop(), address,
                                               [this](const Listener::Accepted&) { accept_.happen(); });
    } catch (const std::runtime_error& e) {
        ASSERT_THAT(e.what(), ::testing::HasSubstr("annot assign")) << "only a machine without IPv6 may refuse";
        return;
    }
    start();
    const Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("::1", listener_->port()));
    EXPECT_TRUE(accept_.wait());
}

} // namespace
} // namespace hookcast::net
