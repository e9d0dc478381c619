// More clients than the system has file descriptors for: without any left, no hook could be asked.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration;

TEST(Descriptors, ThereAreEnoughForTheHooksWhoeverComes) {
    constexpr rlim_t kDescriptors = 400;
    MockBackend backend;
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit before = limit;
    limit.rlim_cur = limit.rlim_max = kDescriptors;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    HookcastServer server(defaultVhost(hooksTo(backend)));
    EXPECT_THAT(server.waitForLog("max_connections is lowered from 1000 to "),
                testing::HasSubstr("the system gives 400 file descriptors"));
    std::vector<TcpClient> idle;
    for (int i = 0; i < 250; ++i) idle.emplace_back(server.port());
    server.waitForLog("is reached");
    EXPECT_LT(server.openDescriptors(), kDescriptors - 50);
    EXPECT_EQ(server.log().count("cannot accept"), 0U);
    idle.erase(idle.begin() + 10, idle.end());
    const Deadline deadline;
    for (;;) {
        try {
            startPublisher(server.port(), "show");
            break;
        } catch (const std::runtime_error&) { // the server has not noticed yet that they have left
            ASSERT_FALSE(deadline.passed());
        }
    }
    backend.waitForCall("on_publish");
    server.stop();
    ::setrlimit(RLIMIT_NOFILE, &before);
}

} // namespace
} // namespace hookcast::attacks
