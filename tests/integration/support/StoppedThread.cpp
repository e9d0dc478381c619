#include "support/StoppedThread.h"

#include "support/TempFolder.h"

#include <fmt/format.h>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace hookcast::integration {

namespace {

pid_t threadOf(pid_t process, std::string_view name) {
    if (name.empty()) return process;
    for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process)))
        if (readFile(task.path() / "comm") == fmt::format("{}\n", name)) return std::stoi(task.path().filename());
    throw std::runtime_error(fmt::format("the process {} has no thread {}", process, name));
}

} // namespace

StoppedThread::StoppedThread(pid_t process, std::string_view name) : thread_(threadOf(process, name)) {
    if (::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0 ||
        ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) != 0 || ::waitpid(thread_, nullptr, __WALL) != thread_)
        throw std::runtime_error(fmt::format("the thread {} cannot be stopped: {}", name, std::strerror(errno)));
}

StoppedThread::~StoppedThread() {
    ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
}

} // namespace hookcast::integration
