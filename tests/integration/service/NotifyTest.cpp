// A service of Type=notify: what systemd is told.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/NotifySocket.h"
#include "support/Sessions.h"
#include "support/StoppedThread.h"
#include "support/TcpClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <csignal>
#include <map>
#include <string>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> with(std::map<std::string, std::string> environment, const std::string& name,
                                        const std::string& value) {
    environment[name] = value;
    return environment;
}

/// So often that a test sees several of them soon.
constexpr const char* kAlive = "WATCHDOG=1";
constexpr const char* kWatchdogUs = "80000";

TEST(Notify, IsReadyWhenItsPortsListen) {
    NotifySocket manager;
    const HookcastServer server(defaultVhost(), manager.environment());
    const NotifySocket::Message ready = manager.waitFor("READY=1");
    EXPECT_EQ(ready.sender, server.pid());
    TcpClient(server.port());
    TcpClient(server.rtspPort());
}

TEST(Notify, IsNotReadyWhereItCannotServe) {
    NotifySocket manager;
    const HookcastServer other(defaultVhost());
    ChildProcess server({{hookcastProgram(), "-c", other.folder().file("hookcast.conf")}, manager.environment(), {}});
    EXPECT_EQ(server.waitForExit().code, 1);
    EXPECT_EQ(manager.take("READY=1"), 0);
}

TEST(Notify, TellsByAnAbstractNameToo) {
    NotifySocket manager(fmt::format("@hookcast-notify-{}", ::getpid()));
    const HookcastServer server(defaultVhost(), manager.environment());
    manager.waitFor("READY=1");
}

TEST(Notify, TellsOfAReloadAndItsEnd) {
    NotifySocket manager;
    HookcastServer server(defaultVhost(), manager.environment());
    manager.waitFor("READY=1");
    server.reload(defaultVhost("chunk_size 4096;"));
    EXPECT_THAT(manager.waitFor("RELOADING=1").text, HasSubstr("\nMONOTONIC_USEC="));
    manager.waitFor("READY=1");
}

TEST(Notify, TellsThatItStopsWhileClientsStillLeave) {
    NotifySocket manager;
    HookcastServer server("grace_start_wait 0;\ngrace_final_wait 600000;\n" + defaultVhost(), manager.environment());
    auto player = startPlayer(server.port(), "show");
    server.signal(SIGQUIT);
    manager.waitFor("STOPPING=1");
    player.reset();
    server.waitForCleanExit();
}

TEST(Notify, TellsThatItStopsAtOnce) {
    NotifySocket manager;
    HookcastServer server(defaultVhost(), manager.environment());
    server.signal(SIGTERM);
    manager.waitFor("STOPPING=1");
    server.waitForCleanExit();
}

TEST(Watchdog, HearsOfTheServerAgainAndAgain) {
    NotifySocket manager;
    const HookcastServer server(defaultVhost(), with(manager.environment(), "WATCHDOG_USEC", kWatchdogUs));
    for (int i = 0; i < 5; ++i) manager.waitFor(kAlive);
}

/// The control is a second server, to which nothing happens.
TEST(Watchdog, HearsNothingWhileALoopHangs) {
    NotifySocket manager;
    const HookcastServer server(defaultVhost(), with(manager.environment(), "WATCHDOG_USEC", kWatchdogUs));
    NotifySocket control;
    const HookcastServer other(defaultVhost(), with(control.environment(), "WATCHDOG_USEC", kWatchdogUs));
    const auto letTimePass = [&control](int beats) {
        control.take(kAlive);
        for (int i = 0; i < beats; ++i) control.waitFor(kAlive);
    };
    for (const char* loop : {"loop-0", "loop-1", "hooks", "courier"}) {
        manager.waitFor(kAlive);
        {
            const StoppedThread hanging(server.pid(), loop);
            letTimePass(2);
            manager.take(kAlive); // one may have been past that loop
            letTimePass(10);
            EXPECT_EQ(manager.take(kAlive), 0) << loop;
        }
        manager.waitFor(kAlive);
    }
    const StoppedThread main(server.pid(), ""); // it is in no loop
    manager.take(kAlive);
    for (int i = 0; i < 3; ++i) manager.waitFor(kAlive);
}

TEST(Watchdog, IsNotOursWhereItIsMeantForAnotherProcess) {
    NotifySocket manager;
    auto environment = with(manager.environment(), "WATCHDOG_USEC", kWatchdogUs);
    HookcastServer server(defaultVhost(), with(environment, "WATCHDOG_PID", std::to_string(::getpid())));
    manager.waitFor("READY=1");
    server.reload(defaultVhost("chunk_size 4096;"));
    EXPECT_THAT(manager.waitFor("RELOADING=1").text, Not(HasSubstr("WATCHDOG")));
    manager.waitFor("READY=1");
    server.signal(SIGTERM);
    server.waitForCleanExit();
    EXPECT_EQ(manager.take(kAlive), 0);
}

} // namespace
} // namespace hookcast::integration
