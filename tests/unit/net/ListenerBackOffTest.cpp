#include "net/Listener.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"

#include <Poco/Net/SocketAddress.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <optional>

namespace {

std::atomic<int> acceptError{0};
std::atomic<int> accepts{0};

} // namespace

/// Stands before the C library's: a real shortage of descriptors would hit the sanitizers too.
extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    ++accepts;
    if (const int error = acceptError; error != 0) {
        errno = error;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_accept4, fd, address, size, flags));
}

namespace hookcast::net {
namespace {

/// A listener out of descriptors: what cannot be accepted stays in the backlog, and polling for it would spin.
class ListenerBackOffTest : public ::testing::Test {
  public:
    ~ListenerBackOffTest() override {
        acceptError = 0;
        runner_.run([&] { listener_.reset(); });
    }

  protected:
    ListenerBackOffTest() {
        config::ListenAddress address;
        address.host = "127.0.0.1";
        listener_ = std::make_unique<Listener>(runner_.loop(), address,
                                               [this](const Listener::Accepted&) { accepted_.happen(); });
        waiting_.connect(Poco::Net::SocketAddress("127.0.0.1", listener_->port()));
        failWith(EMFILE);
    }

    void failWith(int error) {
        acceptError = error;
        accepts = 0;
    }

    void start() {
        runner_.run([&] { listener_->start(); });
        runner_.settle();
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    support::LoopEvent accepted_{runner_};
    std::unique_ptr<Listener> listener_;
    Poco::Net::StreamSocket waiting_;
};

TEST_F(ListenerBackOffTest, TriesAgainAfterAWhileAndNotBefore) {
    start();
    EXPECT_EQ(accepts, 1);
    clock_.advanceMs(99);
    runner_.settle();
    EXPECT_EQ(accepts, 1);
    clock_.advanceMs(1);
    runner_.settle();
    EXPECT_EQ(accepts, 2) << "still out of descriptors";
    failWith(0);
    clock_.advanceMs(100);
    runner_.settle();
    EXPECT_TRUE(accepted_.wait());
    Poco::Net::StreamSocket next(Poco::Net::SocketAddress("127.0.0.1", listener_->port()));
    EXPECT_TRUE(accepted_.wait(2)) << "it listens as before";
}

TEST_F(ListenerBackOffTest, MayDieMeanwhile) {
    start();
    runner_.run([&] { listener_.reset(); });
    failWith(0);
    clock_.advanceMs(100);
    runner_.settle();
    EXPECT_EQ(accepts, 0);
}

/// As a reload does with a listener that it closes: the backlog is looked at once more.
TEST_F(ListenerBackOffTest, OneThatDiesHavingFailedTwiceLeavesNothingBehind) {
    config::ListenAddress address;
    address.host = "127.0.0.1";
    const auto ignore = [](const Listener::Accepted&) {};
    std::optional<Listener> spot; // the next one is where the last one was
    spot.emplace(runner_.loop(), address, ignore);
    const Poco::Net::StreamSocket first(Poco::Net::SocketAddress("127.0.0.1", spot->port()));
    runner_.run([&] { spot->start(); });
    runner_.settle();
    ASSERT_EQ(accepts, 1);
    runner_.run([&] {
        spot->acceptWaiting();
        spot.reset();
        spot.emplace(runner_.loop(), address, ignore);
    });
    ASSERT_EQ(accepts, 2);
    failWith(0);
    const Poco::Net::StreamSocket second(Poco::Net::SocketAddress("127.0.0.1", spot->port()));
    clock_.advanceMs(100);
    runner_.settle();
    EXPECT_EQ(accepts, 0) << "it has not been started";
    runner_.run([&] { spot.reset(); });
}

TEST_F(ListenerBackOffTest, AClientThatLeftMeanwhileCostsNoTime) {
    failWith(ECONNABORTED);
    runner_.run([&] { listener_->start(); });
    while (accepts < 3) runner_.settle();
    failWith(0);
    EXPECT_TRUE(accepted_.wait());
}

} // namespace
} // namespace hookcast::net
