#include "api-server/Connections.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

namespace hookcast::mock {
namespace {

class NoHandlers final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return nullptr;
    }
};

class ConnectionsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        client_.connect(listener_.address());
        client_.setReceiveTimeout(Poco::Timespan(50, 0));
        accepted_ = listener_.acceptConnection();
    }

    /// Whether the connection's own side has closed it.
    bool clientSeesTheEnd() {
        char byte = 0;
        return client_.receiveBytes(&byte, 1) == 0;
    }

    Connections open_;
    Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    Poco::Net::StreamSocket client_;
    Poco::Net::StreamSocket accepted_;
    Poco::Net::HTTPServerParams::Ptr params_{new Poco::Net::HTTPServerParams};
    Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_{new NoHandlers};
};

TEST_F(ConnectionsTest, EndAllReachesTheOpenOnes) {
    const Connection connection(open_, accepted_, params_, handlers_);
    open_.endAll();
    EXPECT_TRUE(clientSeesTheEnd());
}

TEST_F(ConnectionsTest, EndAllReachesThoseYetToCome) {
    open_.endAll();
    const Connection connection(open_, accepted_, params_, handlers_);
    EXPECT_TRUE(clientSeesTheEnd());
}

TEST_F(ConnectionsTest, OnesThatAreGoneAreForgotten) {
    { const Connection connection(open_, accepted_, params_, handlers_); }
    open_.endAll();
    EXPECT_EQ(accepted_.sendBytes("x", 1), 1) << "this end of the socket has been left alone";
}

} // namespace
} // namespace hookcast::mock
