#include "base/WorkerThread.h"

#include "unit/support/Event.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>

#include <new>
#include <string>

namespace hookcast::base {
namespace {

TEST(WorkerThread, RunsTheNextTaskWhereOneHasThrown) {
    const support::TempDir folder;
    support::Event ran;
    {
        Log log(LogLevel::Trace, folder.file("log"));
        WorkerThread worker(log, "disk");
        worker.post([] { throw std::bad_alloc(); });
        worker.post([&ran] { ran.happen(); });
        EXPECT_TRUE(ran.wait());
    }
    EXPECT_THAT(support::linesOf(folder.file("log")),
                testing::ElementsAre(testing::HasSubstr("[error][disk] internal error: a task threw: std::bad_alloc")));
}

} // namespace
} // namespace hookcast::base
