#include "support/ChildProcess.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr int kCannotExecute = 127;

struct Pipe {
    Descriptor reading;
    Descriptor writing;
};

Pipe makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& added) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text(*entry);
        if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    for (const auto& [name, value] : added) all.push_back(fmt::format("{}={}", name, value));
    return all;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// The child between fork and exec. Other threads of the test may have held any lock at the fork: only system calls.
[[noreturn]] void becomeProgram(pid_t parent, int output, int errors, const char* folder, char* const* words,
                                char* const* environment) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kCannotExecute);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // A shell that runs the tests in the background makes them, and thereby their children, ignore some.
    for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(number, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    if (*folder == '\0' || ::chdir(folder) == 0) ::execvpe(words[0], words, environment);
    ::_exit(kCannotExecute);
}

/// Reads what is there. False at the end.
bool readInto(LineLog& log, int fd) {
    std::array<char, 16384> buffer{};
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size > 0) log.append({buffer.data(), static_cast<std::size_t>(size)});
    return size > 0 || (size < 0 && errno == EINTR);
}

} // namespace

ChildProcess::ChildProcess(const Command& command) : name_(command.words.front()) {
    Pipe outputPipe = makePipe();
    Pipe errorPipe = makePipe();
    std::vector<std::string> words = command.words;
    std::vector<std::string> environment = environmentWith(command.environment);
    const std::vector<char*> wordPointers = pointersTo(words);
    const std::vector<char*> environmentPointers = pointersTo(environment);
    const pid_t self = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (pid_ == 0)
        becomeProgram(self, outputPipe.writing.get(), errorPipe.writing.get(), command.folder.c_str(),
                      wordPointers.data(), environmentPointers.data());
    // glibc of Debian 12 declares pidfd_open() for C only.
    process_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!process_.valid()) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        throw std::runtime_error(std::string("pidfd_open: ") + std::strerror(errno));
    }
    collector_ = std::thread([this, output = std::move(outputPipe.reading), errors = std::move(errorPipe.reading)] {
        collect(output, errors);
    });
}

ChildProcess::~ChildProcess() {
    if (!reaped_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    collector_.join();
}

void ChildProcess::signal(int number) const {
    if (!reaped_) ::kill(pid_, number);
}

bool ChildProcess::running() const {
    if (reaped_) return false;
    pollfd waited{process_.get(), POLLIN, 0};
    return ::poll(&waited, 1, 0) == 0;
}

ChildProcess::Exit ChildProcess::waitForExit(const Deadline& deadline) {
    if (reaped_) return exit_;
    pollfd waited{process_.get(), POLLIN, 0};
    int ready = 0;
    do {
        ready = ::poll(&waited, 1, deadline.leftMs());
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) throw std::runtime_error(name_ + " did not end in time");
    int status = 0;
    ::waitpid(pid_, &status, 0);
    reaped_ = true;
    exit_ = {WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
    // A grandchild that has become a daemon may keep the pipes open.
    output_.waitForEnd(deadline);
    errors_.waitForEnd(deadline);
    return exit_;
}

void ChildProcess::collect(const Descriptor& outputPipe, const Descriptor& errorPipe) {
    std::array<pollfd, 3> waited{pollfd{outputPipe.get(), POLLIN, 0}, pollfd{errorPipe.get(), POLLIN, 0},
                                 pollfd{process_.get(), POLLIN, 0}};
    while (waited[0].fd >= 0 || waited[1].fd >= 0) {
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) break;
        const bool idle = waited[0].revents == 0 && waited[1].revents == 0;
        if (waited[0].revents != 0 && !readInto(output_, outputPipe.get())) waited[0].fd = -1;
        if (waited[1].revents != 0 && !readInto(errors_, errorPipe.get())) waited[1].fd = -1;
        // What a daemon, which keeps the pipes, has to say later is not this process's output.
        if (idle && waited[2].revents != 0) break;
    }
    output_.end();
    errors_.end();
}

} // namespace hookcast::integration
