// What the signals do beside SIGHUP.
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FolderWatch.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSubsetOf;

constexpr const char* kLong = "grace_start_wait 0;\ngrace_final_wait 600000;\n";

TEST(GracefulEnd, ClientsMayFinishAndNobodyComesIn) {
    HookcastServer server(kLong + defaultVhost("publish { normal_timeout 60000; }"));
    auto player = startPlayer(server.port(), "show");
    auto publisher = startPublisher(server.port(), "show");
    server.signal(SIGQUIT);
    server.waitForLog("2 clients have 600000 ms to leave");
    EXPECT_THROW(TcpClient(server.port()), std::runtime_error);
    const rtmp::Message frame = avcKeyframe(0);
    publisher->send(frame);
    EXPECT_EQ(player->expectMedia(1).front().payload, frame.payload);
    player.reset();
    publisher.reset();
    server.waitForCleanExit();
}

TEST(GracefulEnd, WhoDoesNotLeaveInTimeIsClosed) {
    MockBackend backend;
    HookcastServer server("grace_start_wait 0;\ngrace_final_wait 50;\n" + defaultVhost(hooksTo(backend)));
    const auto player = startPlayer(server.port(), "show");
    server.signal(SIGQUIT);
    player->expectClosed();
    server.waitForCleanExit();
    backend.waitForCall("on_close");
}

TEST(GracefulEnd, ClientsStillComeInWhileItHasNotBegun) {
    HookcastServer server("grace_start_wait 600000;\n" + defaultVhost());
    server.signal(SIGQUIT);
    server.waitForLog("stopping");
    connectClient(server.port());
    server.stop();
}

TEST(GracefulEnd, ASecondSignalEndsAtOnce) {
    HookcastServer server(kLong + defaultVhost());
    const auto player = startPlayer(server.port(), "show");
    server.signal(SIGQUIT);
    server.waitForLog("to leave");
    server.stop();
    player->expectClosed();
}

TEST(GracefulEnd, IsWhatSigtermMeansWhereItIsForced) {
    HookcastServer server("force_grace_quit on;\n" + std::string(kLong) + defaultVhost());
    auto player = startPlayer(server.port(), "show");
    server.signal(SIGTERM);
    server.waitForLog("1 client has");
    player.reset();
    server.waitForCleanExit();
}

/// Which signals a process blocks (SigBlk) or ignores (SigIgn), as the system says; those of the C library left out.
std::vector<int> signalsOf(pid_t pid, const std::string& which) {
    std::istringstream status(readFile(fmt::format("/proc/{}/status", pid)));
    std::vector<int> signals;
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with(which)) continue;
        const std::uint64_t mask = std::stoull(line.substr(which.size() + 1), nullptr, 16);
        for (int number = 1; number < SIGRTMIN; ++number)
            if (number < 32 && (mask >> (number - 1U) & 1U) != 0) signals.push_back(number);
    }
    return signals;
}

template <typename Condition>
void waitUntil(const FolderWatch& watch, const char* what, const Condition& condition) {
    const Deadline deadline;
    while (!condition())
        if (!watch.waitForChange(deadline)) throw std::runtime_error(std::string("not in time: ") + what);
}

TEST(ReopeningTheLog, GoesOnInANewFileOfTheSameName) {
    const TempFolder folder;
    const FreePort port;
    const std::string log = folder.file("hookcast.log");
    const std::string config =
        folder.write("hookcast.conf", fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_file {};\npid {};\n{}",
                                                  port.number(), log, folder.file("pid"), defaultVhost()));
    ChildProcess server({{hookcastProgram(), "-c", config}, {}, {}});
    FolderWatch watch(folder.path());
    const auto says = [](const std::string& file, const char* what) {
        return [file, what] { return readFile(file).find(what) != std::string::npos; };
    };
    waitUntil(watch, "it serves", says(log, "serves, pid"));
    std::filesystem::rename(log, log + ".1");
    server.signal(SIGUSR1);
    waitUntil(watch, "it goes on in the new file", says(log, "the log goes on here"));
    connectClient(port.number());
    waitUntil(watch, "the client is in it", says(log, "connected from"));
    EXPECT_THAT(readFile(log + ".1"), testing::Not(HasSubstr("connected from")));
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

TEST(InheritedSignals, ChangeNothingWhateverTheyAre) {
    const TempFolder folder;
    const FreePort port;
    const std::string config =
        folder.write("hookcast.conf",
                     fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\n{}", port.number(),
                                 folder.file("pid"), defaultVhost("exec { enabled on; publish sh -c 'exit 5'; }")));
    // As a supervisor may leave them that is none too careful.
    ChildProcess server({{"env", "--ignore-signal=CHLD", "--ignore-signal=HUP", "--ignore-signal=TERM",
                          "--ignore-signal=USR1", "--block-signal", hookcastProgram(), "-c", config},
                         {},
                         {}});
    waitForListener(port.number());
    EXPECT_THAT(signalsOf(server.pid(), "SigBlk"), IsSubsetOf({SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM}));
    EXPECT_THAT(signalsOf(server.pid(), "SigIgn"), ElementsAre(SIGPIPE, SIGXFSZ));
    const auto publisher = startPublisher(port.number(), "show");
    EXPECT_TRUE(server.output().waitFor("live/show: sh ended: code 5", 2)) << "a program is started again";
    server.signal(SIGHUP);
    EXPECT_TRUE(server.output().waitFor("] reloaded"));
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

} // namespace
} // namespace hookcast::integration
