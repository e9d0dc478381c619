#include "control/ProcFiles.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::control {
namespace {

TEST(ProcFiles, TellOfThisProcess) {
    const auto fields = ownStatus();
    ASSERT_GT(fields.size(), 40U);
    EXPECT_EQ(fields[0], std::to_string(::getpid()));
    EXPECT_EQ(fields[1].find_first_of("()"), std::string::npos);
    EXPECT_EQ(fields[3], std::to_string(::getppid()));
}

TEST(ProcFiles, TellOfThisMachine) {
    const auto memory = memoryKilobytes();
    ASSERT_TRUE(memory.contains("MemTotal"));
    EXPECT_GT(memory.at("MemTotal"), memory.at("MemFree"));
    EXPECT_GE(processorTicks().size(), 4U);
    EXPECT_EQ(procWords("/proc/loadavg").size(), 5U);
}

TEST(ProcFiles, TellOfTheDisksThatAreNamed) {
    std::ifstream file("/proc/diskstats");
    std::vector<std::string> names;
    std::string major;
    std::string minor;
    std::string name;
    for (std::string line; std::getline(file, line); names.push_back(name))
        std::istringstream(line) >> major >> minor >> name;
    EXPECT_EQ(diskTime(names).disks, names.size());
    EXPECT_EQ(diskTime({"no-such-disk"}).disks, 0U);
    EXPECT_EQ(diskTime({}).disks, 0U);
}

TEST(ProcFiles, AFileThatIsNotThereHasNoWords) {
    EXPECT_TRUE(procWords("/proc/no/such/file").empty());
}

} // namespace
} // namespace hookcast::control
