// SIGUSR2: a new process takes over from the one that serves.
#include "support/Configs.h"
#include "support/Guardian.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/NotifySocket.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

/// A server that may be replaced: the program is a file of the test's, and the log is a file that both processes write.
class Replaceable {
  public:
    explicit Replaceable(const std::string& config, const std::map<std::string, std::string>& environment = {},
                         const std::string& topLevel = "") {
        std::filesystem::copy_file(hookcastProgram(), folder_.file("hookcast"));
        configure(config, topLevel);
        folder_.write("its.log", "");
        process_ = std::make_unique<ChildProcess>(
            ChildProcess::Command{// As systemd does it: the watchdog's interval is for this process.
                                  {"sh", "-c", "WATCHDOG_PID=$$ exec \"$0\" \"$@\"", folder_.file("hookcast"), "-c",
                                   folder_.file("its.conf")},
                                  environment,
                                  {}});
        waitForLog("serves, pid", " does not start");
    }

    /// Writes the file anew.
    void configure(const std::string& config, const std::string& topLevel = "") const {
        folder_.write("its.conf",
                      fmt::format("listen 127.0.0.1:{};\ndaemon off;\nloops 2;\npid its.pid;\nwork_dir {};\n"
                                  "srs_log_file its.log;\ngrace_final_wait 600000;\n"
                                  "http_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}\n{}",
                                  port(), folder_.path().string(), apiPort(), topLevel, config));
    }

    /// Puts another program where this one was, as an installation does: the file that runs keeps its content.
    void install(const std::string& program) const {
        std::filesystem::copy_file(program, folder_.file("next"));
        std::filesystem::rename(folder_.file("next"), folder_.file("hookcast"));
    }

    /// `more` is said where it does not come, with all that the server has said.
    std::string waitForLog(const std::string& text, const char* more = " is not there") const {
        try {
            return waitForContent(folder_.file("its.log"), text);
        } catch (const std::runtime_error&) {
            throw std::runtime_error(fmt::format("\"{}\"{}: {}{}", text, more, process_->errors().text(),
                                                 readFile(folder_.file("its.log"))));
        }
    }

    /// The id of the process that has taken over, which dies with the test.
    pid_t upgrade() {
        process_->signal(SIGUSR2);
        waitForLog("handed over to the process");
        waitForLog(fmt::format("serves, pid {}", handedOverTo()));
        guardian_ = std::make_unique<Guardian>(handedOverTo());
        return handedOverTo();
    }

    pid_t handedOverTo() const {
        constexpr std::string_view kBefore = "handed over to the process ";
        const std::string log = readFile(folder_.file("its.log"));
        return std::stoi(log.substr(log.rfind(kBefore) + kBefore.size()));
    }

    void signal(int number) const { process_->signal(number); }
    ChildProcess& process() { return *process_; }
    std::uint16_t port() const { return port_.number(); }
    std::uint16_t apiPort() const { return apiPort_.number(); }
    const TempFolder& folder() const { return folder_; }
    std::string pidInFile() const { return readFile(folder_.file("its.pid")); }

  private:
    FreePort port_;
    FreePort apiPort_;
    TempFolder folder_;
    std::unique_ptr<ChildProcess> process_;
    std::unique_ptr<Guardian> guardian_;
};

/// Ends a process that is no child, and waits for its end.
void end(pid_t process) {
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    ::kill(process, SIGTERM);
    pollfd waited{handle.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&waited, 1, Deadline().leftMs()), 1);
}

/// Connects and asks for a page of the control interface, again and again, from a thread of its own.
class Visitors {
  public:
    explicit Visitors(std::uint16_t port)
        : thread_([this, port] {
              while (!isOver_) {
                  try {
                      ++(HttpClient(port).get("/api/v1/versions").status == 200 ? welcome_ : refused_);
                  } catch (const std::runtime_error&) {
                      ++refused_;
                  }
              }
          }) {}
    ~Visitors() { stop(); }
    Visitors(const Visitors&) = delete;
    Visitors& operator=(const Visitors&) = delete;

    void stop() {
        isOver_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int welcome() const { return welcome_; }
    int refused() const { return refused_; }

  private:
    std::atomic<bool> isOver_{false};
    std::atomic<int> welcome_{0};
    std::atomic<int> refused_{0};
    std::thread thread_; // last, as it uses the others
};

TEST(Upgrade, NobodyIsRefusedAndWhoIsThereStays) {
    MockBackend backend;
    Replaceable server(defaultVhost(hooksTo(backend) + "publish { normal_timeout 60000; }"));
    auto player = startPlayer(server.port(), "show");
    auto publisher = startPublisher(server.port(), "show");
    const pid_t old = server.process().pid();
    EXPECT_EQ(server.pidInFile(), fmt::format("{}\n", old));
    Visitors visitors(server.apiPort());
    const pid_t next = server.upgrade();
    EXPECT_NE(next, old);
    EXPECT_EQ(server.pidInFile(), fmt::format("{}\n", next));
    const int before = visitors.welcome();
    while (visitors.welcome() < before + 20) std::this_thread::yield();
    visitors.stop();
    EXPECT_EQ(visitors.refused(), 0);

    // Who comes now is the new process's, and the name is free there.
    const auto newPlayer = startPlayer(server.port(), "show");
    auto newPublisher = startPublisher(server.port(), "show");
    newPublisher->send(avcKeyframe(0, 500, 7));
    EXPECT_EQ(newPlayer->expectMedia(1).front().payload, avcKeyframe(0, 500, 7).payload);
    // The old one's stream goes on for those who have it.
    publisher->send(avcKeyframe(0, 500, 8));
    EXPECT_EQ(player->expectMedia(1).front().payload, avcKeyframe(0, 500, 8).payload);

    // The old one ends when its clients have left; each of them has been closed once, and told by its own process.
    player.reset();
    publisher.reset();
    EXPECT_EQ(server.process().waitForExit().code, 0);
    EXPECT_EQ(server.pidInFile(), fmt::format("{}\n", next));
    backend.waitForCall("on_unpublish");
    backend.waitForCall("on_stop");
    newPublisher->send(avcKeyframe(40, 500, 9));
    EXPECT_EQ(newPlayer->expectMedia(1).front().payload, avcKeyframe(40, 500, 9).payload);
    end(next);
    EXPECT_FALSE(std::filesystem::exists(server.folder().file("its.pid")));
    backend.waitForCall("on_unpublish", 2);
    backend.waitForCall("on_stop", 2);
    const HookCalls& calls = backend.calls();
    EXPECT_EQ(std::ranges::count_if(calls, [](const HookCall& call) { return call.text("action") == "on_unpublish"; }),
              2);
}

TEST(Upgrade, TheOldOneDrainsForItsGraceAndNoLonger) {
    Replaceable server(defaultVhost());
    const auto player = startPlayer(server.port(), "show");
    const pid_t next = server.upgrade();
    server.signal(SIGTERM); // to the old one, whose clients have no more time then
    player->expectClosed();
    EXPECT_EQ(server.process().waitForExit().code, 0);
    connectClient(server.port());
    end(next);
}

/// The new process has no copy of a connection, by which it would stay open.
TEST(Upgrade, AClientsConnectionIsTheOldOnesAlone) {
    Replaceable server(defaultVhost());
    const auto player = startPlayer(server.port(), "show");
    const pid_t next = server.upgrade();
    server.signal(SIGKILL);
    player->expectClosed();
    connectClient(server.port());
    EXPECT_EQ(server.pidInFile(), fmt::format("{}\n", next));
    end(next);
}

TEST(Upgrade, GoesOnWhereTheNewOneDoesNotStart) {
    NotifySocket manager;
    Replaceable server(defaultVhost(), manager.environment());
    const auto player = startPlayer(server.port(), "show");
    const std::string pid = server.pidInFile();
    server.configure("vhost __defaultVhost__ { no_such_directive on; }");
    server.signal(SIGUSR2);
    const std::string log = server.waitForLog("not upgraded");
    EXPECT_THAT(log, HasSubstr("it ended with the code 1: "));
    EXPECT_THAT(log, HasSubstr("no_such_directive"));
    manager.waitFor("RELOADING=1");
    manager.waitFor("READY=1");
    EXPECT_EQ(server.pidInFile(), pid);
    connectClient(server.port());

    server.configure(defaultVhost());
    server.install("/bin/false");
    server.signal(SIGUSR2);
    server.waitForLog("it ended with the code 1: ;");
    connectClient(server.port());
    startPublisher(server.port(), "show");
    server.process().signal(SIGTERM);
    EXPECT_EQ(server.process().waitForExit().code, 0);
}

TEST(Upgrade, IsWhatIsOnTheDiskNowWithTheConfigurationOfNow) {
    Replaceable server(defaultVhost());
    server.install(hookcastProgram());
    const FreePort more;
    server.configure(defaultVhost(), fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}", more.number()));
    const pid_t next = server.upgrade();
    EXPECT_EQ(std::filesystem::read_symlink(fmt::format("/proc/{}/exe", next)), server.folder().file("hookcast"));
    EXPECT_EQ(HttpClient(more.number()).get("/none").status, 404);
    EXPECT_EQ(HttpClient(server.apiPort()).get("/api/v1/versions").status, 200);
    // It can be replaced in its turn.
    EXPECT_EQ(server.process().waitForExit().code, 0);
    ::kill(next, SIGUSR2);
    server.waitForLog(fmt::format("[main] upgrade: starting {}", server.folder().file("hookcast")));
    while (server.handedOverTo() == next) std::this_thread::yield();
    const Guardian third(server.handedOverTo());
    server.waitForLog(fmt::format("serves, pid {}", server.handedOverTo()));
    connectClient(server.port());
    end(server.handedOverTo());
}

TEST(Upgrade, TellsSystemdWhichProcessIsTheServer) {
    NotifySocket manager;
    auto environment = manager.environment();
    environment["WATCHDOG_USEC"] = "2000000";
    Replaceable server(defaultVhost(), environment);
    const auto player = startPlayer(server.port(), "show");
    manager.waitFor("READY=1");
    const pid_t next = server.upgrade();
    const NotifySocket::Message successor = manager.waitFor(fmt::format("MAINPID={}", next));
    EXPECT_EQ(successor.sender, server.process().pid());
    const NotifySocket::Message ready = manager.waitFor("READY=1");
    EXPECT_EQ(ready.sender, next);
    // The old one, which is still there, says nothing any more.
    for (int i = 0; i < 3; ++i) EXPECT_EQ(manager.waitFor("WATCHDOG=1").sender, next);
    end(next);
}

TEST(Upgrade, ClientsOfTheTwoHaveDifferentNumbersAndTheServerOneName) {
    MockBackend backend;
    Replaceable server(defaultVhost(hooksTo(backend)));
    auto first = connectClient(server.port());
    const pid_t next = server.upgrade();
    const auto second = connectClient(server.port());
    const HookCall old = backend.waitForCall("on_connect");
    const HookCall young = backend.waitForCall("on_connect", 2);
    EXPECT_GT(young.number("client_id"), old.number("client_id"));
    EXPECT_EQ(young.text("server_id"), old.text("server_id"));
    first.reset();
    EXPECT_EQ(server.process().waitForExit().code, 0);
    end(next);
    // A start later goes on behind both.
    const std::string kept = readFile(server.folder().file("its.clients"));
    EXPECT_GE(std::stoll(kept), young.number("client_id"));
}

/// SQLite's files are one process's: the new one has the spool when the old one has ended, and what it owes until then
/// in memory.
TEST(Upgrade, WhatBackendsAreOwedIsToldByTheOneThatIsLeft) {
    MockBackend backend;
    Replaceable server(defaultVhost(hooksTo(backend)), {}, "spool { enabled on; path spool; }\n");
    auto player = startPlayer(server.port(), "show");
    const pid_t next = server.upgrade();
    auto newPlayer = startPlayer(server.port(), "other");
    backend.waitForCall("on_play", 2);
    backend.kill();
    newPlayer.reset(); // owed by the new process
    player.reset();    // and by the old one, which ends without telling it
    EXPECT_EQ(server.process().waitForExit().code, 0);
    server.waitForLog("is on the disk again");
    backend.restart();
    backend.waitForCall("on_stop", 2);
    backend.waitForCall("on_close", 2);
    end(next);
}

/// SRT's connections share the port's socket, so they end before the new process has it.
TEST(Upgrade, SrtIsTheNewOnesWhenTheOldOnesConnectionsAreOver) {
    const SrtPort port;
    Replaceable server(defaultVhost("srt { enabled on; }"), {},
                       fmt::format("srt_server {{ enabled on; listen 127.0.0.1:{}; }}", port.number()));
    const auto stays = startPlayer(server.port(), "show");
    const SrtClient before(port.number(), "#!::r=live/a,m=request");
    server.waitForLog("plays __defaultVhost__/live/a");
    const pid_t next = server.upgrade();
    const std::string log = server.waitForLog("SRT is not served any more");
    before.expectClosed();
    EXPECT_LT(log.find("SRT is not served any more"), log.find("handed over"));
    const SrtClient after(port.number(), "#!::r=live/b,m=request");
    server.waitForLog("plays __defaultVhost__/live/b");
    end(next);
}

} // namespace
} // namespace hookcast::integration
