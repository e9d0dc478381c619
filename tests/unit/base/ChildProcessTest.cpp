#include "base/ChildProcess.h"

#include "unit/support/Event.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::base {
namespace {

constexpr auto kPatience = support::kPatience;

class ChildProcessTest : public ::testing::Test {
  protected:
    std::unique_ptr<ChildProcess> run(const std::string& script) {
        return std::make_unique<ChildProcess>(Command{"sh", {"-c", script}, {}, {}}, log_, "exec", "v/live/show");
    }

    static std::string contentOf(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// Waits until the file has a whole line, and returns it without its end.
    static std::string lineOf(const std::string& path) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        std::string text;
        while (!text.ends_with('\n') && std::chrono::steady_clock::now() < until) {
            text = contentOf(path);
            std::this_thread::yield();
        }
        return text.substr(0, text.find('\n'));
    }

    std::string logWith(const std::string& text) const {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < until) {
            const std::string all = contentOf(logFile_);
            if (all.find(text) != std::string::npos) return all;
            std::this_thread::yield();
        }
        return {};
    }

    static bool isAlive(const std::string& pid) { return ::kill(std::stoi(pid), 0) == 0; }

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");
    Log log_{LogLevel::Trace, logFile_};
};

TEST_F(ChildProcessTest, IsStartedAgainWhenItEnds) {
    const std::string counts = folder_.file("counts");
    const auto process = run("echo x >> " + counts + "; echo broken >&2; exit 3");
    EXPECT_NE(logWith("v/live/show: sh ended: code 3: broken; again in 1000 ms"), "");
    EXPECT_NE(logWith("again in 2000 ms"), "") << "later and later";
    EXPECT_GE(contentOf(counts).size(), 4U);
}

TEST_F(ChildProcessTest, EndsWithItsObjectAndSoDoWhatItHasStarted) {
    const std::string pids = folder_.file("pids");
    auto process = run("sleep 600 & echo $! $$ > " + pids + "; wait");
    const std::string line = lineOf(pids);
    const std::string child = line.substr(0, line.find(' '));
    const std::string self = line.substr(line.find(' ') + 1);
    EXPECT_TRUE(isAlive(child) && isAlive(self));
    process.reset();
    EXPECT_FALSE(isAlive(self));
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (isAlive(child) && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_FALSE(isAlive(child));
}

TEST_F(ChildProcessTest, IsKilledWhenItDoesNotListen) {
    const std::string pids = folder_.file("pids");
    auto process = run("trap '' TERM; echo $$ > " + pids + "; while true; do sleep 1; done");
    const std::string pid = lineOf(pids);
    process.reset(); // which would wait for ever
    EXPECT_FALSE(isAlive(pid));
}

TEST_F(ChildProcessTest, IsNotWaitedForWhenItLeavesSomebodyWithItsErrors) {
    const std::string pids = folder_.file("pids");
    // In a session of its own, it is out of the group's reach, and keeps the pipe open.
    auto process = run("setsid sleep 600 & echo $! > " + pids + "; exit 0");
    EXPECT_NE(logWith("sh ended: code 0"), "");
    process.reset();
    ::kill(std::stoi(lineOf(pids)), SIGKILL);
}

TEST_F(ChildProcessTest, HasNoneOfOurDescriptors) {
    const std::string list = folder_.file("list");
    const std::ifstream open(folder_.file("log"));
    const auto process = run("ls /proc/self/fd > " + list + ".new; echo done >> " + list + ".new; mv " + list +
                             ".new " + list + "; sleep 600");
    lineOf(list);
    EXPECT_EQ(contentOf(list), "0\n1\n2\n3\ndone\n") << "3 is the folder that ls reads";
}

TEST_F(ChildProcessTest, ItsOutputMayGoToFiles) {
    const std::string out = folder_.file("out");
    const std::string err = folder_.file("err");
    const ChildProcess process(Command{"sh", {"-c", "echo one; echo two >&2; sleep 600"}, out, err}, log_, "exec", "x");
    EXPECT_EQ(lineOf(out), "one");
    EXPECT_EQ(lineOf(err), "two");
}

/// Lets a test change what the process makes of signals, and puts it back.
class Signals {
  public:
    explicit Signals(std::initializer_list<int> ignored) {
        for (const int number : ignored) before_.emplace_back(number, ::signal(number, SIG_IGN));
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &mask_);
    }
    ~Signals() {
        for (const auto& [number, handler] : before_) ::signal(number, handler);
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

  private:
    std::vector<std::pair<int, sighandler_t>> before_;
    sigset_t mask_{};
};

TEST_F(ChildProcessTest, BeginsWithTheUsualSignalsWhateverOursAre) {
    const Signals signals{SIGPIPE, SIGXFSZ, SIGHUP, SIGUSR2};
    const std::string said = folder_.file("said");
    const auto process = run("grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n' > " + said + ".new; echo >> " +
                             said + ".new; mv " + said + ".new " + said + "; exec sleep 600");
    EXPECT_THAT(lineOf(said), testing::MatchesRegex("SigBlk:\t0{16}SigIgn:\t0{7}[01][08]0{7}"))
        << "but for the two of the C library's own";
}

TEST_F(ChildProcessTest, ItsEndIsSeenWhereTheSystemKeepsNoneForUs) {
    const Signals signals{SIGCHLD};
    const auto process = run("exit 0");
    EXPECT_NE(logWith("sh ended: "), "");
}

TEST_F(ChildProcessTest, SaysWhyItCannotRun) {
    const ChildProcess process(Command{"/no/such/program", {}, {}, {}}, log_, "exec", "x");
    EXPECT_NE(logWith("cannot run /no/such/program: No such file or directory"), "");
}

} // namespace
} // namespace hookcast::base
