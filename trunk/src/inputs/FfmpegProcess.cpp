#include "inputs/FfmpegProcess.h"

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
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX wants it declared

namespace hookcast::inputs {

namespace {

/// Of what ffmpeg says, the end is what tells why it left.
constexpr std::size_t kLastWordsBytes = 400;

std::int64_t nowMs() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string endText(int status) {
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("code {}", WEXITSTATUS(status));
}

} // namespace

FfmpegProcess::FfmpegProcess(FfmpegIngest ingest, base::Log& log)
    : ingest_(std::move(ingest)), log_(log), thread_([this] { run(); }) {}

FfmpegProcess::~FfmpegProcess() {
    stop();
    thread_.join();
}

void FfmpegProcess::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        kill(SIGTERM);
    }
    changed_.notify_all();
}

/// With mutex_ held, so that the number is still that of our process.
void FfmpegProcess::kill(int signal) {
    if (pid_ > 0) ::kill(-pid_, signal);
}

void FfmpegProcess::run() {
    std::int64_t pauseMs = kFirstPauseMs;
    for (;;) {
        const std::int64_t beganAtMs = nowMs();
        const std::string end = runOnce();
        if (nowMs() - beganAtMs >= kSoundRunMs) pauseMs = kFirstPauseMs;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        log_.warn("ingest", "{}: ffmpeg ended: {}; again in {} ms", base::printable(ingest_.name), end, pauseMs);
        if (!pause(pauseMs)) return;
        pauseMs = std::min(2 * pauseMs, kLongestPauseMs);
    }
}

std::string FfmpegProcess::runOnce() {
    std::array<int, 2> errors{};
    if (::pipe2(errors.data(), O_CLOEXEC) != 0) return std::system_category().message(errno);
    pid_t pid = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) pid = pid_ = spawn(errors[1]);
    }
    ::close(errors[1]);
    if (pid <= 0) {
        const std::string reason = std::system_category().message(errno);
        ::close(errors[0]);
        return fmt::format("cannot run {}: {}", ingest_.program, reason);
    }
    log_.trace("ingest", "{}: {} runs, pid {}", base::printable(ingest_.name), ingest_.program, pid);
    const std::string words = lastWords(errors[0]);
    ::close(errors[0]);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    const std::lock_guard lock(mutex_);
    pid_ = 0;
    return endText(status) + (words.empty() ? "" : ": " + base::printable(words, kLastWordsBytes));
}

pid_t FfmpegProcess::spawn(int errorsDescriptor) {
    std::vector<char*> arguments = {ingest_.program.data()};
    for (std::string& argument : ingest_.arguments) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, errorsDescriptor, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int code = ::posix_spawnp(&pid, ingest_.program.c_str(), &files, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    errno = code;
    return code == 0 ? pid : 0;
}

/// Reads until ffmpeg has closed its end, and drives its farewell.
std::string FfmpegProcess::lastWords(int errorsDescriptor) {
    std::string words;
    std::int64_t stoppedAtMs = 0;
    std::array<char, 4096> buffer{};
    for (;;) {
        pollfd waiting{errorsDescriptor, POLLIN, 0};
        constexpr int kPeriodMs = 200;
        if (::poll(&waiting, 1, kPeriodMs) > 0) {
            const ssize_t size = ::read(errorsDescriptor, buffer.data(), buffer.size());
            if (size == 0 || (size < 0 && errno != EINTR)) break;
            if (size > 0) words.append(buffer.data(), static_cast<std::size_t>(size));
            if (words.size() > 2 * kLastWordsBytes) words.erase(0, words.size() - kLastWordsBytes);
        }
        const std::lock_guard lock(mutex_);
        if (!stopping_) continue;
        if (stoppedAtMs == 0) stoppedAtMs = nowMs();
        if (nowMs() - stoppedAtMs >= kFarewellMs) kill(SIGKILL);
    }
    while (!words.empty() && (words.back() == '\n' || words.back() == '\r')) words.pop_back();
    return words.size() > kLastWordsBytes ? words.substr(words.size() - kLastWordsBytes) : words;
}

bool FfmpegProcess::pause(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
    return !stopping_;
}

} // namespace hookcast::inputs
