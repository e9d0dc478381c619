// vhost.exec: programs that run while a stream is published.
#include "support/ChildProcess.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/OwnServer.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

bool isAlive(const std::string& pid) {
    return ::kill(std::stoi(pid), 0) == 0;
}

void waitForDeathOf(const std::string& pid) {
    const Deadline deadline;
    while (isAlive(pid)) {
        ASSERT_FALSE(deadline.passed()) << pid;
        std::this_thread::yield();
    }
}

/// A vhost that runs a script, which tells its arguments and its number in a file and waits.
class Exec : public testing::Test {
  protected:
    /// One line of a shell, which tells its environment and `expression` in a file, and waits.
    std::string shellConfig(const std::string& expression) const {
        return defaultVhost("exec { enabled on; publish sh -c 'cd " + folder_.path().string() + " && { env; echo \"" +
                            expression + "\"; echo end; } >new && mv new told && exec sleep 600'; }");
    }

    std::string config(const std::string& arguments, const std::string& script = kTells) const {
        return defaultVhost("exec { enabled on; publish sh " + folder_.write("script.sh", script) + " " +
                            folder_.file("told") + " " + arguments + "; }");
    }

    /// Its number and its arguments, as the script has written them.
    std::string told() const { return waitForContent(folder_.file("told"), "end\n"); }
    static std::string pidOf(const std::string& told) { return told.substr(0, told.find('\n')); }

    static constexpr const char* kTells =
        "file=$1; shift; { echo $$; for one in \"$@\"; do echo \"<$one>\"; done; echo end; } > $file.new\n"
        "mv $file.new $file; exec sleep 600\n";

    TempFolder folder_;
};

TEST_F(Exec, RunsWithTheStreamsNamesAndEndsWithIt) {
    HookcastServer server(config("[vhost] [app]/[stream] [url] [tcUrl]"));
    auto publisher = startPublisher(server.port(), "show");
    const std::string told = this->told();
    EXPECT_THAT(told, HasSubstr("<__defaultVhost__>\n<live/show>\n<" + server.url("live/show") + ">\n<" +
                                server.url("live") + ">\nend\n"));
    EXPECT_TRUE(isAlive(pidOf(told)));
    publisher.reset();
    waitForDeathOf(pidOf(told));
    server.stop();
}

TEST_F(Exec, IsStartedAgainWhileTheStreamLives) {
    HookcastServer server(config("", "echo x >> $1; exit 5\n"));
    const auto publisher = startPublisher(server.port(), "show");
    server.waitForLog("__defaultVhost__/live/show: sh ended: code 5", 2);
    server.stop();
}

TEST_F(Exec, EndsWithTheServer) {
    HookcastServer server(config(""));
    const auto publisher = startPublisher(server.port(), "show");
    const std::string pid = pidOf(told());
    server.stop();
    EXPECT_FALSE(isAlive(pid));
}

TEST_F(Exec, AHostileNameIsOneArgumentOrNone) {
    HookcastServer server(config("[stream]"));
    const auto publisher = startPublisher(server.port(), "a b; touch [app] $(x)");
    EXPECT_THAT(told(), HasSubstr("<a b; touch [app] $(x)>\nend\n"));
    const auto option = startPublisher(server.port(), "--help");
    server.waitForLog("is given to no program: what the client says would become an option");
    EXPECT_EQ(connectClient(server.port())->publish("../../x").level, "error") << "it is no name";
    server.stop();
}

TEST_F(Exec, AHostileNameIsNoProgram) {
    for (const std::string name : {"$(touch x)", ";touch x", "`touch x`", "\"; touch x; \""}) {
        HookcastServer server(shellConfig("<$HOOKCAST_APP/$HOOKCAST_STREAM>"));
        const auto publisher = startPublisher(server.port(), name);
        EXPECT_THAT(told(), HasSubstr("<live/" + name + ">\nend\n"));
        server.stop();
        EXPECT_FALSE(std::filesystem::exists(folder_.file("x"))) << name;
        std::filesystem::remove(folder_.file("told"));
    }
}

TEST_F(Exec, ProgramsDoNotSeeTheServersSecrets) {
    HookcastServer server(shellConfig("x"), {{"BACKEND_PASSWORD", "sesame"}, {"TZ", "UTC"}});
    const auto publisher = startPublisher(server.port(), "show");
    const std::string told = this->told();
    EXPECT_THAT(told, testing::Not(HasSubstr("sesame")));
    EXPECT_THAT(told, HasSubstr("TZ=UTC\n"));
    EXPECT_THAT(told, HasSubstr("PATH="));
    EXPECT_THAT(told, HasSubstr("HOOKCAST_URL=" + server.url("live/show") + "\n"));
    server.stop();
}

TEST_F(Exec, FindsTheStreamAfterAReloadHasMovedTheListener) {
    const FreePort first;
    const FreePort second;
    const TempFolder place;
    const auto writeConfig = [&](const FreePort& port) {
        return place.write("its.conf",
                           fmt::format("listen 127.0.0.1:{};\ndaemon off;\nsrs_log_tank console;\npid {};\n{}",
                                       port.number(), place.file("pid"), config("[port] [url]")));
    };
    const std::string file = writeConfig(first);
    ChildProcess server({{hookcastProgram(), "-c", file}, {}, {}});
    waitForListener(first.number());
    auto publisher = startPublisher(first.number(), "show");
    EXPECT_THAT(told(), HasSubstr(fmt::format("<{}>\n", first.number())));
    publisher.reset();
    writeConfig(second);
    server.signal(SIGHUP);
    ASSERT_TRUE(server.output().waitFor("] reloaded"));
    std::filesystem::remove(folder_.file("told"));
    publisher = startPublisher(second.number(), "show");
    EXPECT_THAT(told(), HasSubstr(fmt::format("<{0}>\n<rtmp://127.0.0.1:{0}/live/show>\n", second.number())));
    publisher.reset();
    server.signal(SIGTERM);
    EXPECT_EQ(server.waitForExit().code, 0);
}

TEST_F(Exec, ThereAreNoMoreThanTheLimitSays) {
    HookcastServer server("limits { exec_processes 1; }\n" + config(""));
    auto first = startPublisher(server.port(), "one");
    const std::string pid = pidOf(told());
    const auto second = startPublisher(server.port(), "two");
    server.waitForLog("two is not given to sh: exec_processes run already");
    server.stop();
}

} // namespace
} // namespace hookcast::integration
