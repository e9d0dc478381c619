// hooks::Courier with a spool that answers when the test wants.
#include "hooks/Courier.h"

#include "unit/support/HookGate.h"
#include "unit/support/MockSpool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using testing::ElementsAre;

constexpr const char* kUrl = "http://a/stop";

class CourierReadsTest : public ::testing::Test {
  protected:
    CourierReadsTest() {
        ON_CALL(spool_, readOwedUrls).WillByDefault([](const auto& then) { then({{kUrl, 2}}); });
        ON_CALL(spool_, readOwed).WillByDefault([this](const std::string&, std::size_t, auto then) {
            reads_.push_back(std::move(then));
        });
        gate_.admission.keepIn(spool_, gate_.runner.loop(), config_);
    }

    void lookForWork() {
        gate_.admission.lookForWork();
        gate_.runner.settle();
    }

    /// The oldest question to the spool is answered: these are owed.
    void read(const std::vector<std::string>& ids) {
        gate_.runner.run([&] {
            ASSERT_FALSE(reads_.empty());
            std::vector<OwedEvent> events;
            for (const std::string& id : ids) {
                OwedEvent owed;
                owed.number = std::stoull(id);
                owed.event = support::someEvent(HookAction::Stop);
                owed.event.id = id;
                owed.targets = {{kUrl, "srs", config::HttpMethod::Post, config::ClientIdForm::Integer, 30000, 1}};
                events.push_back(std::move(owed));
            }
            const auto then = std::move(reads_.front());
            reads_.pop_front();
            then(std::move(events));
        });
        gate_.runner.settle();
    }

    std::vector<std::string> told() const {
        std::vector<std::string> ids;
        for (const HookRequest& request : gate_.transport.requests()) ids.push_back(request.id);
        return ids;
    }

    config::CurrentConfig config_{std::make_shared<config::Config>()};
    testing::NiceMock<support::MockSpool> spool_;
    std::deque<support::MockSpool::Then<support::MockSpool::Events>> reads_; ///< on the loop
    support::HookGate gate_;
};

TEST_F(CourierReadsTest, WhatHasBeenToldWhileTheSpoolWasAskedIsNotToldAgain) {
    lookForWork();
    read({"1"});
    ASSERT_THAT(told(), ElementsAre("1"));
    lookForWork(); // it is asked again, and answers as things were before
    gate_.answer(0, support::yes());
    read({"1", "2"});
    EXPECT_THAT(told(), ElementsAre("1", "2"));
    gate_.answer(1, support::yes());
}

} // namespace
} // namespace hookcast::hooks
