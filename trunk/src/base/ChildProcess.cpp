#include "base/ChildProcess.h"

#include "base/ExecPointers.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hookcast::base {

namespace {

/// Of what a program says, the end is what tells why it left.
constexpr std::size_t kLastWordsBytes = 400;
constexpr std::size_t kReadBytes = 4096;
/// They are never longer, in between.
constexpr std::size_t kWordsBytes = 2 * kLastWordsBytes + kReadBytes;
/// How often it is looked whether it has ended, where its closing its output does not tell.
constexpr int kLookMs = 100;

/// Of the server's environment, what programs need to run.
constexpr std::array<const char*, 4> kPassedOn{"PATH", "HOME", "LANG", "TZ"};

std::vector<std::string> cleanEnvironment(const std::vector<std::string>& added) {
    std::vector<std::string> environment;
    for (const char* name : kPassedOn) {
        const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets any
        if (value != nullptr) environment.push_back(fmt::format("{}={}", name, value));
    }
    environment.insert(environment.end(), added.begin(), added.end());
    return environment;
}

std::int64_t nowMs() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string endText(int status) {
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("code {}", WEXITSTATUS(status));
}

std::string shortNameOf(const std::string& program) {
    return std::filesystem::path(program).filename().string();
}

/// Takes what can be read now; false when the other end is closed.
bool readWords(int descriptor, std::string& words) {
    std::array<char, kReadBytes> buffer{};
    for (;;) {
        const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return size < 0 && errno == EAGAIN;
        words.append(buffer.data(), static_cast<std::size_t>(size));
        if (words.size() > 2 * kLastWordsBytes) words.erase(0, words.size() - kLastWordsBytes);
    }
}

/// Whether it has ended; its number stays its own until it is waited for. One that the system does not keep for us, as
/// SIGCHLD is ignored, has ended too.
bool hasEnded(pid_t pid) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD;
    return info.si_pid == pid;
}

/// Both ends are closed with it; the reading one does not block.
class Pipe {
  public:
    Pipe() : problem_(::pipe2(ends_.data(), O_CLOEXEC) == 0 ? 0 : errno) {
        if (problem_ == 0) ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    }
    ~Pipe() {
        for (const int end : ends_)
            if (end >= 0) ::close(end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    /// The system's error where there is none; else 0.
    int problem() const { return problem_; }
    int readEnd() const { return ends_[0]; }
    int writeEnd() const { return ends_[1]; }
    void closeWriteEnd() { ::close(std::exchange(ends_[1], -1)); }

  private:
    std::array<int, 2> ends_{-1, -1};
    int problem_;
};

/// What becomes of the child's descriptors, and its group and signals.
class SpawnSettings {
  public:
    SpawnSettings() {
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
        sigset_t none;
        ::sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        // The server ignores some; a program that writes into a closed pipe, for example, should end.
        sigset_t all;
        ::sigfillset(&all);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    void writeTo(int descriptor, const std::string& file) {
        constexpr mode_t kMode = 0644;
        posix_spawn_file_actions_addopen(&files, descriptor, file.empty() ? "/dev/null" : file.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, kMode);
    }

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

} // namespace

ChildProcess::ChildProcess(Command command, Log& log, std::string who, std::string what)
    : command_(std::move(command)), log_(log), who_(std::move(who)), what_(std::move(what)), shown_(printable(what_)),
      shortName_(shortNameOf(command_.program)), thread_([this] { run(); }) {}

ChildProcess::~ChildProcess() {
    stop();
    thread_.join();
}

void ChildProcess::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(stopping_, true)) return;
        kill(SIGTERM);
    }
    changed_.notify_all();
}

/// With mutex_ held, so that the number is still that of our process.
void ChildProcess::kill(int signal) {
    if (pid_ > 0) ::kill(-pid_, signal);
}

void ChildProcess::run() {
    std::int64_t pauseMs = kFirstPauseMs;
    for (;;) {
        const std::int64_t beganAtMs = nowMs();
        std::string end;
        try {
            end = runOnce();
        } catch (const std::exception& e) { // there is no memory to begin it
            end = e.what();
        }
        if (nowMs() - beganAtMs >= kSoundRunMs) pauseMs = kFirstPauseMs;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        log_.warn(who_, "{}: {} ended: {}; again in {} ms", shown_, shortName_, end, pauseMs);
        if (!pause(pauseMs)) return;
        pauseMs = std::min(2 * pauseMs, kLongestPauseMs);
    }
}

std::string ChildProcess::runOnce() {
    // Once the process runs nothing may fail any more: somebody has to wait for it.
    std::string words;
    words.reserve(kWordsBytes);
    Pipe errors;
    if (errors.problem() != 0) return std::system_category().message(errors.problem());
    pid_t pid = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) pid = pid_ = spawn(errors.writeEnd());
    }
    if (pid <= 0) return fmt::format("cannot run {}: {}", command_.program, std::system_category().message(errno));
    errors.closeWriteEnd();
    log_.trace(who_, "{}: {} runs, pid {}", shown_, command_.program, pid);
    const int status = waitForEnd(pid, errors.readEnd(), words);
    while (!words.empty() && (words.back() == '\n' || words.back() == '\r')) words.pop_back();
    if (words.size() > kLastWordsBytes) words.erase(0, words.size() - kLastWordsBytes);
    return endText(status) + (words.empty() ? "" : ": " + printable(words, kLastWordsBytes));
}

pid_t ChildProcess::spawn(int errorsDescriptor) {
    std::vector<char*> arguments = pointersTo(command_.arguments);
    arguments.insert(arguments.begin(), command_.program.data());
    std::vector<std::string> variables = cleanEnvironment(command_.environment);
    std::vector<char*> environment = pointersTo(variables);
    SpawnSettings settings;
    posix_spawn_file_actions_addopen(&settings.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    settings.writeTo(STDOUT_FILENO, command_.outputFile);
    if (command_.errorFile.empty())
        posix_spawn_file_actions_adddup2(&settings.files, errorsDescriptor, STDERR_FILENO);
    else
        settings.writeTo(STDERR_FILENO, command_.errorFile);
    // Not all of the libraries' sockets are closed by exec.
    posix_spawn_file_actions_addclosefrom_np(&settings.files, STDERR_FILENO + 1);
    pid_t pid = 0;
    const int code = ::posix_spawnp(&pid, command_.program.c_str(), &settings.files, &settings.attributes,
                                    arguments.data(), environment.data());
    errno = code;
    return code == 0 ? pid : 0;
}

/// Reads what it says, drives its farewell, and ends what it leaves behind.
int ChildProcess::waitForEnd(pid_t pid, int errorsDescriptor, std::string& lastWords) {
    std::int64_t stoppedAtMs = 0;
    pollfd waiting{errorsDescriptor, POLLIN, 0};
    while (!hasEnded(pid)) {
        if (::poll(&waiting, 1, kLookMs) > 0 && !readWords(errorsDescriptor, lastWords))
            waiting.fd = -1; // closed: nothing more to wake up for
        driveFarewell(stoppedAtMs);
    }
    readWords(errorsDescriptor, lastWords);
    const std::lock_guard lock(mutex_);
    kill(SIGKILL);
    pid_ = 0;
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void ChildProcess::driveFarewell(std::int64_t& stoppedAtMs) {
    const std::lock_guard lock(mutex_);
    if (!stopping_) return;
    if (stoppedAtMs == 0) stoppedAtMs = nowMs();
    if (nowMs() - stoppedAtMs >= kFarewellMs) kill(SIGKILL);
}

bool ChildProcess::pause(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
    return !stopping_;
}

} // namespace hookcast::base
