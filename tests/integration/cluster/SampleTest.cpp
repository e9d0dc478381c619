// The sample of conf/cluster as tools/run --cluster runs it.
#include "support/ChildProcess.h"
#include "support/Deadline.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

/// Of a process, those that it has started.
std::vector<pid_t> childrenOf(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/task/{}/children", pid, pid));
    return {std::istream_iterator<pid_t>(file), {}};
}

bool isThere(pid_t pid) {
    return ::kill(pid, 0) == 0 || errno != ESRCH;
}

class ClusterSample : public testing::Test {
  protected:
    static std::string programs() { return std::filesystem::path(STREAM_LOAD_PROGRAM).parent_path().string(); }

    std::vector<std::string> words() const {
        std::vector<std::string> words = {"bash", HOOKCAST_SOURCE_DIR "/tools/run.d/cluster.sh", programs(), "1"};
        for (const FreePort& port : ports_) words.push_back(std::to_string(port.number()));
        return words;
    }

    /// The events that the mock backend's page shows.
    std::string events() const {
        HttpClient mock(ports_[1].number());
        mock.send("GET", "/control/events", "Connection: close\r\n");
        return mock.receiveToEnd();
    }

    TempFolder folder_;
    std::array<FreePort, 12> ports_;
    ChildProcess sample_{{words(), {}, folder_.path().string()}};
};

TEST_F(ClusterSample, MovesTheCameraOfAKilledNodeAndLeavesNobodyBehind) {
    const auto line = sample_.output().waitFor("kill -9 ");
    ASSERT_TRUE(line) << sample_.output().text() << sample_.errors().text();
    ASSERT_TRUE(sample_.output().waitFor("Ctrl-C ends all"));
    const std::vector<pid_t> children = childrenOf(sample_.pid());
    const auto a = static_cast<pid_t>(std::stoi(line->substr(line->find("kill -9 ") + 8)));
    ASSERT_EQ(std::ranges::count(children, a), 1);
    ::kill(a, SIGKILL);
    ASSERT_TRUE(sample_.output().waitFor("takes over from node a, which is gone: __defaultVhost__/live/door-primary"));
    ASSERT_TRUE(sample_.output().waitFor("gives back to node a: __defaultVhost__/live/door-primary"))
        << sample_.output().text() << sample_.errors().text();
    const Deadline deadline;
    while (events().find("server:release") == std::string::npos) ASSERT_FALSE(deadline.passed());
    EXPECT_THAT(events(), HasSubstr("server:capture"));
    std::vector<pid_t> all = childrenOf(sample_.pid());
    all.insert(all.end(), children.begin(), children.end());
    sample_.signal(SIGINT);
    EXPECT_EQ(sample_.waitForExit().code, 0);
    for (const pid_t pid : all) EXPECT_FALSE(isThere(pid)) << pid;
}

} // namespace
} // namespace hookcast::integration
