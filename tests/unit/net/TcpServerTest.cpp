#include "net/TcpServer.h"

#include "unit/support/Event.h"
#include "unit/support/LoopRunner.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::net {
namespace {

/// What becomes of it is up to the test.
class TestSession final : public TcpSession {
  public:
    explicit TestSession(support::Event& started, std::function<void()> onStart)
        : started_(started), onStart_(std::move(onStart)) {}

    void start() override {
        started_.happen();
        if (onStart_) onStart_();
    }
    void kick(const std::string& /*reason*/) override {}
    std::string vhostName() const override { return {}; }

  private:
    support::Event& started_;
    std::function<void()> onStart_;
};

class TcpServerTest : public ::testing::Test {
  public:
    ~TcpServerTest() override { server_->stop("the test ends"); }

  protected:
    TcpServerTest() {
        for (int i = 0; i < 2; ++i) {
            loops_.push_back(std::make_unique<Loop>("loop", clock_, log_));
            loops_.back()->start();
        }
        config::ListenAddress address;
        address.host = "127.0.0.1";
        const std::vector addresses{address};
        server_ = std::make_unique<TcpServer>("test", loops_, budget_, log_, tls_,
                                              [this](Loop&, const Arrival&, const TcpSession::OnGone&) {
                                                  return std::make_shared<TestSession>(started_, onStart_);
                                              });
        TcpServer::Bound bound = server_->bindMissing(addresses);
        port_ = bound.front().second->port();
        server_->listenOn(addresses, std::move(bound));
    }

    /// Two, as there are two loops; the loop that listens has the first.
    void connectTwo() {
        for (int i = 0; i < 2; ++i) {
            clients_.emplace_back(Poco::Net::SocketAddress("127.0.0.1", port_));
            ASSERT_TRUE(started_.wait(clients_.size()));
        }
        for (int i = 0; i < 3; ++i)
            for (const auto& loop : loops_) loop->runAndWait([] {});
    }

    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    std::vector<std::unique_ptr<Loop>> loops_;
    ConnectionBudget budget_{
        {.connections = 4, .perAddress = 4, .unadmittedPerAddress = 4, .perSecond = 100, .exempt = {}}, clock_};
    CurrentTls tls_;
    support::Event started_;
    std::function<void()> onStart_;
    std::unique_ptr<TcpServer> server_;
    std::uint16_t port_ = 0;
    std::vector<Poco::Net::StreamSocket> clients_;
};

TEST_F(TcpServerTest, EachSessionHasItsPlace) {
    connectTwo();
    EXPECT_EQ(budget_.open(), 2U);
}

TEST_F(TcpServerTest, ASessionThatCannotStartGivesItsPlaceBackOnce) {
    onStart_ = [] { throw Poco::IOException("the peer is gone"); };
    connectTwo();
    EXPECT_EQ(budget_.open(), 0U);
    onStart_ = nullptr;
    connectTwo();
    EXPECT_EQ(budget_.open(), 2U) << "others are let in";
}

TEST_F(TcpServerTest, SoDoesOneThatFailsOfTheServersOwn) {
    onStart_ = [] { throw std::runtime_error("no memory, say"); };
    connectTwo();
    EXPECT_EQ(budget_.open(), 0U);
    onStart_ = nullptr;
    connectTwo();
    EXPECT_EQ(budget_.open(), 2U);
}

} // namespace
} // namespace hookcast::net
