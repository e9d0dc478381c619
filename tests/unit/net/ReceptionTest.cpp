#include "net/Reception.h"

#include "base/Clock.h"

#include <Poco/Net/NetException.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

/// What becomes of it is up to the test.
class TestSession {
  public:
    struct Story {
        std::atomic<int> started{0};
        std::atomic<int> ended{0};
        std::atomic<int> destroyed{0};
    };

    TestSession(Story& story, std::function<void()> onStart, Reception<TestSession>::OnGone onGone)
        : story_(story), onStart_(std::move(onStart)), onGone_(std::move(onGone)) {}
    ~TestSession() { ++story_.destroyed; }
    TestSession(const TestSession&) = delete;
    TestSession& operator=(const TestSession&) = delete;

    void occupy(ConnectionPlace place) { place_ = std::move(place); }
    void start() {
        ++story_.started;
        if (onStart_) onStart_();
    }
    void kick(const std::string& /*reason*/) {
        ++story_.ended;
        onGone_(*this);
    }
    void endOn(const std::function<bool(const std::string&)>& isGone, const std::string& reason) {
        if (isGone("a.vhost")) kick(reason);
    }

  private:
    Story& story_;
    std::function<void()> onStart_;
    Reception<TestSession>::OnGone onGone_;
    ConnectionPlace place_;
};

class ReceptionTest : public ::testing::Test {
  public:
    ~ReceptionTest() override {
        reception_.endAll("the test ends");
        for (const auto& loop : loops_) loop->stop();
    }

  protected:
    using OnGone = Reception<TestSession>::OnGone;

    /// One for each loop, from the first loop, as TcpServer does.
    template <typename Make>
    void receiveTwo(const Make& make) {
        loops_.front()->runAndWait([&] {
            for (int i = 0; i < 2; ++i) {
                auto place = reception_.admit("192.0.2.1");
                ASSERT_TRUE(place);
                reception_.receive(std::move(*place), make);
            }
        });
        for (int i = 0; i < 3; ++i) reception_.settle();
    }

    void receiveTwo() {
        receiveTwo([this](Loop& loop, const OnGone& onGone) {
            EXPECT_TRUE(loop.isCurrent());
            return std::make_shared<TestSession>(story_, onStart_, onGone);
        });
    }

    std::vector<std::unique_ptr<Loop>> startLoops() {
        std::vector<std::unique_ptr<Loop>> loops;
        for (int i = 0; i < 2; ++i) {
            loops.push_back(std::make_unique<Loop>("loop", clock_, log_));
            loops.back()->start();
        }
        return loops;
    }

    TestSession::Story story_;
    std::function<void()> onStart_;
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    std::vector<std::unique_ptr<Loop>> loops_ = startLoops();
    ConnectionBudget budget_{
        {.connections = 2, .perAddress = 2, .unadmittedPerAddress = 2, .perSecond = 100, .exempt = {}}, clock_};
    Reception<TestSession> reception_{"test", loops_, budget_, log_};
};

TEST_F(ReceptionTest, ASessionHasItsPlaceUntilItHasGone) {
    receiveTwo();
    EXPECT_EQ(story_.started, 2);
    EXPECT_EQ(budget_.open(), 2U);
    reception_.end([](const std::string& vhost) { return vhost == "another.vhost"; }, "not it");
    EXPECT_EQ(story_.ended, 0);
    reception_.end([](const std::string& vhost) { return vhost == "a.vhost"; }, "it");
    EXPECT_EQ(story_.ended, 2);
    EXPECT_EQ(story_.destroyed, 2);
    EXPECT_EQ(budget_.open(), 0U);
}

TEST_F(ReceptionTest, WithoutAPlaceNobodyIsLetIn) {
    receiveTwo();
    EXPECT_FALSE(reception_.admit("192.0.2.1"));
    EXPECT_EQ(budget_.open(), 2U);
}

TEST_F(ReceptionTest, NullIsNoSessionAndKeepsNoPlace) {
    receiveTwo([](Loop&, const OnGone&) { return std::shared_ptr<TestSession>(); });
    EXPECT_EQ(budget_.open(), 0U);
}

TEST_F(ReceptionTest, OneThatCannotBeMadeGivesItsPlaceBack) {
    receiveTwo([](Loop&, const OnGone&) -> std::shared_ptr<TestSession> {
        throw Poco::Net::NetException("the peer is gone");
    });
    EXPECT_EQ(budget_.open(), 0U);
    receiveTwo([](Loop&, const OnGone&) -> std::shared_ptr<TestSession> { throw std::bad_alloc(); });
    EXPECT_EQ(budget_.open(), 0U);
    receiveTwo();
    EXPECT_EQ(budget_.open(), 2U) << "others are let in";
}

TEST_F(ReceptionTest, OneThatCannotBeginIsEndedAndGivesItsPlaceBackOnce) {
    onStart_ = [] { throw std::runtime_error("no memory, say"); };
    receiveTwo();
    EXPECT_EQ(story_.ended, 2);
    EXPECT_EQ(story_.destroyed, 2);
    EXPECT_EQ(budget_.open(), 0U);
    onStart_ = [] { throw Poco::Net::NetException("the peer is gone"); };
    receiveTwo();
    EXPECT_EQ(story_.destroyed, 4);
    EXPECT_EQ(budget_.open(), 0U);
    onStart_ = nullptr;
    receiveTwo();
    EXPECT_EQ(budget_.open(), 2U) << "others are let in";
}

TEST_F(ReceptionTest, OneThatHasEndedBeforeItFailedEndsNoSecondTimeInItsHome) {
    OnGone gone;
    TestSession* self = nullptr;
    loops_.front()->runAndWait([&] {
        auto place = reception_.admit("192.0.2.1");
        ASSERT_TRUE(place);
        reception_.receive(std::move(*place), [&](Loop&, const OnGone& onGone) {
            gone = onGone;
            auto session = std::make_shared<TestSession>(
                story_,
                [&] {
                    gone(*self);
                    throw std::runtime_error("after its end");
                },
                onGone);
            self = session.get();
            return session;
        });
    });
    reception_.settle();
    EXPECT_EQ(story_.destroyed, 1);
    EXPECT_EQ(budget_.open(), 0U);
}

} // namespace
} // namespace hookcast::net
