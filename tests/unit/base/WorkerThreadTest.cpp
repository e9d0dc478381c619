#include "base/WorkerThread.h"

#include "base/Log.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::base {
namespace {

using support::linesOf;
using support::TempDir;
using testing::ElementsAre;
using testing::EndsWith;

TEST(WorkerThreadTest, ATaskThatThrowsIsLoggedAndTheNextOnesRun) {
    const TempDir folder;
    std::vector<int> ran;
    {
        Log log(LogLevel::Trace, folder.file("a.log"));
        WorkerThread worker(log, "worker");
        worker.post([&ran] { ran.push_back(1); });
        worker.post([] { throw std::runtime_error("no room"); });
        worker.post([] { throw 7; });
        worker.post([&ran] { ran.push_back(2); });
    }
    EXPECT_THAT(ran, ElementsAre(1, 2));
    EXPECT_THAT(linesOf(folder.file("a.log")),
                ElementsAre(EndsWith("[error][worker] internal error: a task threw: no room"),
                            EndsWith("[error][worker] internal error: a task threw what is no exception")));
}

TEST(WorkerThreadTest, WhatATaskHoldsIsGoneBeforeTheNextOneRuns) {
    const TempDir folder;
    Log log(LogLevel::Trace, folder.file("a.log"));
    std::weak_ptr<int> held;
    bool wasGone = false;
    {
        WorkerThread worker(log, "worker");
        auto owned = std::make_shared<int>(1);
        held = owned;
        worker.post([owned = std::move(owned)] { throw std::runtime_error("with it"); });
        worker.post([&] { wasGone = held.expired(); });
    }
    EXPECT_TRUE(wasGone);
}

} // namespace
} // namespace hookcast::base
