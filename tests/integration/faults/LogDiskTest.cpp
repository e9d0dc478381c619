// The log's disk is full for a while.
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <filesystem>
#include <string>

namespace hookcast::integration {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class LogDisk : public testing::Test {
  protected:
    /// No file of the server's grows beyond so many bytes, as with a full disk.
    void limitFiles(rlim_t bytes) const {
        const rlimit limit{bytes, RLIM_INFINITY};
        ASSERT_EQ(::prlimit(server_.process().pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
    }

    void comeAndGo() const { connectClient(server_.port()); }

    std::string log() const { return readFile(file_); }

    const TempFolder folder_;
    const std::string file_ = folder_.file("its.log");
    const OwnServer server_{{{"srs_log_tank", "file"}, {"srs_log_file", file_}, {"srs_log_level", "info"}},
                            "spool { enabled off; }\nvhost __defaultVhost__ { }\n"};
};

TEST_F(LogDisk, ThatWasFullHasLinesAgainAsSoonAsThereIsRoom) {
    server_.waitForListener();
    waitForContent(file_, "serves, pid");
    const Deadline deadline;
    while (log().find(" lines could not be written: File too large\n") == std::string::npos) {
        ASSERT_FALSE(deadline.passed());
        limitFiles(std::filesystem::file_size(file_) + 10);
        comeAndGo();
        limitFiles(RLIM_INFINITY);
        comeAndGo();
    }
    server_.stop();
    EXPECT_THAT(log(), HasSubstr("][trace][main] stopped"));
    EXPECT_THAT(log(), EndsWith("\n"));
}

} // namespace
} // namespace hookcast::integration
