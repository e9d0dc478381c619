#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/Descriptor.h"
#include "support/FreePort.h"
#include "support/Guardian.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <poll.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

/// A configuration of a server in the foreground with its own folder.
std::string configFor(const TempFolder& folder, std::uint16_t port, const char* pidFile,
                      const std::string& ofVhost = "") {
    return fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\nwork_dir {};\n{}", port,
                       folder.file(pidFile), folder.path().string(), defaultVhost(ofVhost));
}

TEST(Serving, APortInUseIsNamedWithItsDirective) {
    HookcastServer first(defaultVhost());
    const TempFolder folder;
    const std::string file = folder.write("second.conf", configFor(folder, first.port(), "second.pid"));
    ChildProcess second({{hookcastProgram(), "-c", file}, {}, {}});
    EXPECT_EQ(second.waitForExit().code, 1);
    EXPECT_THAT(second.errors().text(), HasSubstr(fmt::format("port {}", first.port())));
    EXPECT_THAT(second.errors().text(), HasSubstr(fmt::format("directive `listen 127.0.0.1:{}`", first.port())));
    EXPECT_THAT(second.errors().text(), HasSubstr("second.conf:1:"));
    connectClient(first.port());
    first.stop();
}

TEST(Serving, ASecondServerWithTheSamePidFileDoesNotStart) {
    HookcastServer first(defaultVhost());
    EXPECT_EQ(readFile(first.pidFile()), std::to_string(first.pid()) + "\n");
    const TempFolder folder;
    const FreePort port;
    std::string config = configFor(folder, port.number(), "unused.pid");
    config.replace(config.find(folder.file("unused.pid")), folder.file("unused.pid").size(), first.pidFile());
    ChildProcess second({{hookcastProgram(), "-c", folder.write("second.conf", config)}, {}, {}});
    EXPECT_EQ(second.waitForExit().code, 1);
    EXPECT_THAT(second.errors().text(), HasSubstr(first.pidFile()));
    EXPECT_THAT(second.errors().text(), HasSubstr("another server runs with it"));
    // The first one's file is untouched.
    EXPECT_EQ(readFile(first.pidFile()), std::to_string(first.pid()) + "\n");
    first.stop();
}

TEST(Serving, TheServerHasTheSameNameAtEveryStart) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const auto nameAtStart = [&](const char* pidFile) {
        const std::size_t before = backend.calls().size();
        const std::string heartbeat =
            fmt::format("heartbeat {{ enabled on; url {}; }}\n", backend.url("/api/v1/servers"));
        const std::string file = folder.write("its.conf", heartbeat + configFor(folder, port.number(), pidFile));
        ChildProcess server({{hookcastProgram(), "-c", file}, {}, {}});
        const HookCalls& calls =
            backend.waitFor("a beat", [before](const HookCalls& all) { return all.size() > before; });
        server.signal(SIGTERM);
        EXPECT_EQ(server.waitForExit().code, 0);
        return calls[before].text("server");
    };
    const std::string name = nameAtStart("one.pid");
    EXPECT_EQ(readFile(folder.file("one.id")), name + "\n");
    EXPECT_EQ(nameAtStart("one.pid"), name);
    EXPECT_NE(nameAtStart("other.pid"), name);
    folder.write("one.id", "\"};drop\n");
    EXPECT_THAT(nameAtStart("one.pid"), testing::MatchesRegex("vid-[a-z0-9]+"));
}

TEST(Serving, NoClientHasTheNumberOfAnEarlierOne) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const std::string hooks =
        fmt::format("http_hooks {{ enabled on; on_connect {}; }}", backend.url("/api/v1/clients"));
    const auto numberOfAClient = [&](int lastSignal) {
        const std::size_t before = backend.calls().size();
        const std::string file = folder.write("its.conf", configFor(folder, port.number(), "one.pid", hooks));
        ChildProcess server({{hookcastProgram(), "-c", file}, {}, {}});
        waitForListener(port.number());
        connectClient(port.number());
        server.signal(lastSignal);
        server.waitForExit();
        return backend.calls().at(before).number("client_id");
    };
    const auto first = numberOfAClient(SIGTERM);
    const auto second = numberOfAClient(SIGKILL);
    EXPECT_GT(second, first);
    const auto third = numberOfAClient(SIGTERM);
    EXPECT_GT(third, second);
    for (const char* unusable : {"", "-1", "x", "99999999999999999999999"}) {
        folder.write("one.clients", unusable);
        EXPECT_LT(numberOfAClient(SIGTERM), 10) << unusable;
    }
}

/// What a server says that nobody starts, in a folder that everybody may write into or in one of root's.
std::string refusalOf(const std::vector<std::string>& before, const std::string& user, bool isOpen) {
    const TempFolder folder;
    const TempFolder rootsOwn;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    // Where the build is may be nobody's business.
    std::filesystem::copy_file(hookcastProgram(), folder.file("hookcast"));
    const FreePort port;
    const std::string file = folder.write(
        "its.conf", fmt::format("user {};\n{}", user, configFor(isOpen ? folder : rootsOwn, port.number(), "its.pid")));
    std::vector<std::string> words = before;
    words.insert(words.end(), {folder.file("hookcast"), "-c", file});
    ChildProcess server({words, {}, {}});
    EXPECT_EQ(server.waitForExit().code, 1);
    return server.errors().text();
}

TEST(User, OnlyRootsServerBecomesAnother) {
    const std::vector<std::string> asNobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    const bool isRoot = ::geteuid() == 0;
    EXPECT_THAT(
        refusalOf(isRoot ? asNobody : std::vector<std::string>(), "root", true),
        HasSubstr("cannot become root (directive `user`): only a server that root has started becomes another user"));
}

TEST(User, ThatIsUnknownIsNamed) {
    EXPECT_THAT(refusalOf({}, "no-such-user", true),
                HasSubstr("cannot become no-such-user (directive `user`): there is no such user"));
}

TEST(User, WhoCannotWriteWhereTheServerHasToIsToldWhere) {
    if (::geteuid() != 0) return; // then the refusal above comes first
    EXPECT_THAT(
        refusalOf({}, "nobody", false),
        testing::ContainsRegex("nobody .directive `user`. cannot write into /.* .directive `pid`.: Permission denied"));
}

TEST(User, WhoTheProcessIsAlreadyIsNoOther) {
    const HookcastServer server(
        fmt::format("user {};\n{}", ::geteuid() == 0 ? "root" : ::getpwuid(::geteuid())->pw_name, defaultVhost()));
    connectClient(server.port());
}

class EndingSignals : public testing::TestWithParam<int> {};

TEST_P(EndingSignals, EndTheServerInOrder) {
    HookcastServer server(defaultVhost());
    const auto player = startPlayer(server.port(), "show");
    server.signal(GetParam());
    server.waitForCleanExit();
    player->expectClosed();
    EXPECT_THAT(server.log().text(), HasSubstr("] stopped"));
    EXPECT_EQ(readFile(server.pidFile()), "");
}

INSTANTIATE_TEST_SUITE_P(Serving, EndingSignals, testing::Values(SIGINT, SIGTERM));

TEST(Serving, TheEnvironmentBeatsTheFile) {
    MockBackend backend;
    HookcastServer server(defaultVhost("http_hooks { enabled off; }"),
                          {{"SRS_VHOST_HTTP_HOOKS_ENABLED", "on"},
                           {"SRS_VHOST_HTTP_HOOKS_ON_CONNECT",
                            backend.url("/api/v1/clients?n=1") + " " + backend.url("/api/v1/clients?n=2")}});
    connectClient(server.port());
    EXPECT_EQ(backend.waitForCall("on_connect", 2).query, "n=2");
    server.stop();
}

TEST(Serving, TheEnvironmentIsEnough) {
    MockBackend backend;
    const TempFolder folder;
    const FreePort port;
    const std::map<std::string, std::string> environment = {
        {"SRS_LISTEN", fmt::format("127.0.0.1:{}", port.number())},
        {"SRS_DAEMON", "off"},
        {"SRS_PID", folder.file("hookcast.pid")},
        {"SRS_WORK_DIR", folder.path().string()},
        {"SRS_SRS_LOG_TANK", "console"},
        {"SRS_VHOST_HTTP_HOOKS_ENABLED", "on"},
        {"SRS_VHOST_HTTP_HOOKS_ON_CONNECT", backend.url("/api/v1/clients")}};
    ChildProcess server({{hookcastProgram(), "-e"}, environment, {}});
    ASSERT_TRUE(server.output().waitFor("listening for RTMP on")) << server.errors().text();
    connectClient(port.number());
    backend.waitForCall("on_connect");
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

/// Waits until a process that is no child of this one has ended.
void waitForEndOf(pid_t process) {
    const Descriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!descriptor.valid()) return;
    pollfd waited{descriptor.get(), POLLIN, 0};
    if (::poll(&waited, 1, Deadline().leftMs()) == 0) throw std::runtime_error("the daemon does not end");
}

TEST(Serving, ADaemonLeavesTheTerminalAndItsNumber) {
    const TempFolder folder;
    const FreePort port;
    const std::string log = folder.file("hookcast.log");
    ChildProcess starter(
        {{hookcastProgram(), "-c",
          folder.write("daemon.conf", fmt::format("listen 127.0.0.1:{};\npid hookcast.pid;\nwork_dir {};\n"
                                                  "srs_log_file {};\n{}",
                                                  port.number(), folder.path().string(), log, defaultVhost()))},
         {},
         {}});
    EXPECT_EQ(starter.waitForExit().code, 0) << starter.errors().text();

    // It serves by now, and has told so.
    const pid_t daemon = std::stoi(readFile(folder.file("hookcast.pid")));
    const Guardian guardian(daemon);
    EXPECT_NE(daemon, starter.pid());
    EXPECT_THAT(readFile(log), HasSubstr("listening for RTMP on"));
    EXPECT_EQ(starter.output().text(),
              fmt::format("hookcast: serves in the background, pid {}; the log is {}\n", daemon, log));
    connectClient(port.number());
    ::kill(daemon, SIGTERM);
    waitForEndOf(daemon);
    EXPECT_THAT(readFile(log), HasSubstr("] stopped"));
    EXPECT_EQ(readFile(folder.file("hookcast.pid")), "");
}

TEST(Serving, ADaemonThatCannotServeSaysSo) {
    const TempFolder folder;
    const FreePort port;
    const auto start = [&](const std::string& listen, const std::string& pid) {
        ChildProcess starter(
            {{hookcastProgram(), "-c",
              folder.write("daemon.conf", fmt::format("listen {};\npid {};\nwork_dir {};\n"
                                                      "srs_log_file logs/its.log;\n{}",
                                                      listen, pid, folder.path().string(), defaultVhost()))},
             {},
             {}});
        EXPECT_EQ(starter.waitForExit().code, 1);
        EXPECT_EQ(starter.output().text(), "");
        EXPECT_THAT(starter.errors().text(),
                    HasSubstr("hookcast: not started; the log is " + folder.file("logs/its.log") + "\n"));
        return starter.errors().text();
    };
    EXPECT_THAT(start("192.0.2.1:1935", "hookcast.pid"), HasSubstr("cannot listen on"));
    EXPECT_THAT(start(fmt::format("127.0.0.1:{}", port.number()), "/proc/none/pid"), HasSubstr("directive `pid`"));
    EXPECT_THAT(readFile(folder.file("logs/its.log")), HasSubstr("[error][main] "));
}

} // namespace
} // namespace hookcast::integration
