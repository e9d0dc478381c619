#include "hooks/CurlSockets.h"

#include "unit/net/TurnCounter.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

/// A connection of libcurl, and its other end.
class CurlSocketsTest : public testing::Test {
  protected:
    CurlSocketsTest() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
        runner_.run([&] {
            sockets_.emplace(runner_.loop(), [this](curl_socket_t socket, int flags) {
                EXPECT_EQ(socket, ours());
                flags_.push_back(flags);
                if (flags != CURL_CSELECT_IN) return;
                char byte = 0;
                EXPECT_EQ(::recv(ours(), &byte, 1, 0), 1);
            });
            sockets_->opened(ours());
        });
    }
    ~CurlSocketsTest() override {
        runner_.run([&] { sockets_.reset(); });
        ::close(ends_[0]);
        if (ends_[1] >= 0) ::close(ends_[1]);
    }

    int ours() const { return ends_[0]; }
    void want(int what) {
        runner_.run([&] { sockets_->want(ours(), what); });
    }

    /// What onReady was told of once this byte has come.
    std::vector<int> after(char byte) {
        EXPECT_EQ(::send(ends_[1], &byte, 1, 0), 1);
        return settled();
    }
    void theyClose() { ::close(std::exchange(ends_[1], -1)); }

    /// A few turns of the loop later, which looks at its sockets in each.
    std::vector<int> settled() {
        for (int turn = 0; turn < 3; ++turn) runner_.run([] {});
        return runner_.run([&] { return std::exchange(flags_, {}); });
    }

    bool isAtRest() { return net::isAtRest(runner_, clock_); }

  private:
    net::AskedClock clock_;
    std::array<int, 2> ends_{};
    std::vector<int> flags_; ///< on the loop
    std::optional<CurlSockets> sockets_;
    support::LoopRunner runner_{clock_};
};

TEST_F(CurlSocketsTest, TellsWhatIsWanted) {
    want(CURL_POLL_IN);
    EXPECT_THAT(after('a'), testing::ElementsAre(CURL_CSELECT_IN));
    want(CURL_POLL_OUT);
    EXPECT_THAT(settled(), testing::AllOf(testing::SizeIs(testing::Ge(1)), testing::Each(CURL_CSELECT_OUT)));
}

TEST_F(CurlSocketsTest, BetweenTwoCallsNothingIsTold) {
    want(CURL_POLL_IN);
    want(CURL_POLL_REMOVE);
    EXPECT_THAT(after('a'), testing::IsEmpty());
    want(CURL_POLL_IN);
    EXPECT_THAT(settled(), testing::ElementsAre(CURL_CSELECT_IN)) << "it is there still";
}

TEST_F(CurlSocketsTest, AnEndBetweenTwoCallsIsNotHeardForEver) {
    want(CURL_POLL_IN);
    want(CURL_POLL_REMOVE);
    theyClose();
    EXPECT_TRUE(isAtRest());
    EXPECT_THAT(settled(), testing::IsEmpty());
}

} // namespace
} // namespace hookcast::hooks
