#include "rtsp/UdpPorts.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

namespace {

std::atomic<int> bindError{0};
std::atomic<int> binds{0};

} // namespace

/// Stands before the C library's: what the system is asked for is counted, and what it has not is said here.
extern "C" int bind(int fd, const sockaddr* address, socklen_t size) {
    ++binds;
    if (const int error = bindError; error != 0) {
        errno = error;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_bind, fd, address, size));
}

namespace hookcast::rtsp {
namespace {

using testing::HasSubstr;

// Tests run side by side, a process each, and would take the ports away from each other: each has a range of its own,
// beyond those that the system gives to clients.
constexpr std::uint32_t kSpan = 40;
constexpr std::uint32_t kRanges = 100;
const std::uint32_t kFirstPort = 61001 + kSpan * (static_cast<std::uint32_t>(::getpid()) % kRanges);
const std::uint32_t kLastPort = kFirstPort + kSpan - 1;

class UdpPortsTest : public testing::Test, public net::UdpSocket::Handler {
  public:
    ~UdpPortsTest() override {
        bindError = 0;
        runner_.run([&] { pairs_.clear(); });
    }

    void onDatagram(net::UdpSocket& /*from*/, base::ByteSpan /*bytes*/) override {}
    void onSendable(net::UdpSocket& /*socket*/) override {}
    void onFailure(const std::string& /*reason*/) override {}

  protected:
    /// Empty when a pair was opened; else why not.
    std::string open() {
        binds = 0;
        return runner_.run([&] {
            auto pair = ports_.open(runner_.loop(), "127.0.0.1", {50000, 50001}, *this);
            if (!pair) return pair.error().message;
            pairs_.push_back(pair.take());
            return std::string();
        });
    }

    void openAll() {
        while (open().empty()) {
        }
    }

    void closeOne() {
        runner_.run([&] { pairs_.pop_back(); });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    UdpPorts ports_{kFirstPort, kLastPort};
    std::vector<std::unique_ptr<UdpPair>> pairs_;
};

TEST_F(UdpPortsTest, OpensPairsOfTheRangeWithEvenPortsForRtp) {
    openAll();
    // Another program may have some of them.
    EXPECT_GT(pairs_.size(), 10U);
    EXPECT_LE(pairs_.size(), (kLastPort - kFirstPort) / 2);
    for (const auto& pair : pairs_) {
        EXPECT_EQ(pair->ports().rtp % 2, 0);
        EXPECT_GE(pair->ports().rtp, kFirstPort);
        EXPECT_EQ(pair->ports().rtcp, pair->ports().rtp + 1);
        EXPECT_LE(pair->ports().rtcp, kLastPort);
    }
}

TEST_F(UdpPortsTest, DoesNotAskTheSystemForWhatIsOurs) {
    openAll();
    const auto others = static_cast<int>((kLastPort - kFirstPort) / 2 - pairs_.size());
    EXPECT_THAT(open(), HasSubstr("no pair of ports is free between rtp_port_min and rtp_port_max"));
    EXPECT_LE(binds, 2 * others);
    closeOne();
    EXPECT_EQ(open(), "");
}

TEST_F(UdpPortsTest, GivesUpAtOnceWhereTheSystemHasNoSockets) {
    bindError = EMFILE;
    EXPECT_THAT(open(), HasSubstr("no UDP sockets: "));
    EXPECT_EQ(binds, 1);
    bindError = 0;
    EXPECT_EQ(open(), "");
}

TEST_F(UdpPortsTest, LooksFurtherWhereAnotherProgramHasThePorts) {
    bindError = EADDRINUSE;
    EXPECT_THAT(open(), HasSubstr("no pair of ports is free"));
    EXPECT_EQ(binds, static_cast<int>((kLastPort - kFirstPort) / 2));
    bindError = 0;
    EXPECT_EQ(open(), "");
}

} // namespace
} // namespace hookcast::rtsp
