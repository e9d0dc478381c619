#include "control/ProcFiles.h"

#include "control/ProcessFigures.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
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

void writeFile(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

TEST(ProcFiles, TellInsideAndOutsideApart) {
    const support::TempDir folder;
    const std::string file = folder.file("dev");
    writeFile(file, "Inter-|   Receive                  |  Transmit\n"
                    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
                    "    lo: 100 1 0 0 0 0 0 0 101 1 0 0 0 0 0 0\n"
                    "  eth0:2000 1 0 0 0 0 0 0 2001 1 0 0 0 0 0 0\n"
                    "  eth1: 30 1 0 0 0 0 0 0 31 1 0 0 0 0 0 0\n");
    const NetworkBytes bytes = networkBytes({"eth0"}, file);
    EXPECT_EQ(bytes.received, 2000U);
    EXPECT_EQ(bytes.sent, 2001U);
    EXPECT_EQ(bytes.receivedInside, 130U);
    EXPECT_EQ(bytes.sentInside, 132U);
}

TEST(ProcFiles, CountTheMachinesSockets) {
    const support::TempDir folder;
    writeFile(folder.file("sockstat"), "sockets: used 300\nTCP: inuse 11 orphan 0 tw 5 alloc 20 mem 3\n"
                                       "UDP: inuse 7 mem 2\nRAW: inuse 0\n");
    writeFile(folder.file("sockstat6"), "TCP6: inuse 4\nUDP6: inuse 2\n");
    writeFile(folder.file("snmp"), "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
                                   "Tcp: RtoAlgorithm MaxConn ActiveOpens CurrEstab InSegs\nTcp: 1 -1 9 8 7\n");
    const SocketCounts counts = socketCounts(folder.file(""));
    EXPECT_EQ(counts.tcp, 11U + 4U + 5U);
    EXPECT_EQ(counts.timeWait, 5U);
    EXPECT_EQ(counts.established, 8U);
    EXPECT_EQ(counts.udp, 9U);
    EXPECT_EQ(socketCounts("/proc/no/such").tcp, 0U);
}

TEST(ProcFiles, TellWhatPrometheusWantsToKnowOfAProcess) {
    const ProcessFigures figures = processFigures();
    EXPECT_GT(figures.residentBytes, 1'000'000U);
    EXPECT_GT(figures.virtualBytes, figures.residentBytes);
    EXPECT_GE(figures.openDescriptors, 3U);
    EXPECT_GE(figures.mostDescriptors, figures.openDescriptors);
    const std::int64_t now = std::time(nullptr);
    EXPECT_LE(figures.startedAtUnixS, static_cast<double>(now + 2));
    EXPECT_GT(figures.startedAtUnixS, static_cast<double>(now) - 86'400.0 * 365);
    const std::uint64_t before = figures.openDescriptors;
    const std::ifstream one("/proc/self/stat");
    EXPECT_EQ(processFigures().openDescriptors, before + 1);
}

TEST(ProcFiles, AFileThatIsNotThereHasNoWords) {
    EXPECT_TRUE(procWords("/proc/no/such/file").empty());
}

} // namespace
} // namespace hookcast::control
