#include "app/Successor.h"

#include "app/Predecessor.h"
#include "base/ExecPointers.h"
#include "net/InheritedSockets.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace hookcast::app {

namespace {

constexpr std::size_t kMostWords = 2000;

[[noreturn]] void fail(const char* what, int error) {
    throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(error)));
}

void closeAll(std::initializer_list<int*> descriptors) {
    for (int* const descriptor : descriptors)
        if (*descriptor >= 0) ::close(std::exchange(*descriptor, -1));
}

struct Listening {
    int fd;
    std::string address;
};

/// Listeners come and go on the main thread, so nothing changes meanwhile.
std::vector<Listening> listeningSockets() {
    std::vector<Listening> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const std::string name = entry.path().filename().string();
        int fd = -1;
        std::from_chars(name.data(), name.data() + name.size(), fd);
        if (const auto address = net::listeningAddressOf(fd)) found.push_back({fd, *address});
    }
    return found;
}

/// The descriptors that the new process gets, from kFirst on, and no others. They are put there by way of numbers
/// behind all of those, so that none takes another's place.
class Luggage {
  public:
    static constexpr int kFirst = STDERR_FILENO + 1;

    explicit Luggage(std::size_t most) : behind_(kFirst + static_cast<int>(most)) {
        posix_spawn_file_actions_init(&actions_);
    }
    ~Luggage() {
        posix_spawn_file_actions_destroy(&actions_);
        for (const int copy : copies_) ::close(copy);
    }
    Luggage(const Luggage&) = delete;
    Luggage& operator=(const Luggage&) = delete;

    /// Returns its number there.
    int add(int fd) {
        const int target = kFirst + static_cast<int>(copies_.size());
        place(fd, target);
        return target;
    }

    void addErrors(int fd) { place(fd, STDERR_FILENO); }

    const posix_spawn_file_actions_t* finish(const std::filesystem::path& folder) {
        posix_spawn_file_actions_addclosefrom_np(&actions_, kFirst + static_cast<int>(copies_.size()) - 1);
        posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
        return &actions_;
    }

  private:
    void place(int fd, int target) {
        const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, behind_);
        if (copy < 0) fail("no descriptor", errno);
        copies_.push_back(copy);
        posix_spawn_file_actions_adddup2(&actions_, copy, target);
    }

    posix_spawn_file_actions_t actions_{};
    int behind_;
    std::vector<int> copies_;
};

/// Without what counts for this process alone.
std::vector<std::string> environmentWith(const std::string& inheritance) {
    std::vector<std::string> all;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::string_view name = text.substr(0, text.find('='));
        if (name != Predecessor::kVariable && name != "WATCHDOG_PID") all.emplace_back(text);
    }
    all.push_back(fmt::format("{}={}", Predecessor::kVariable, inheritance));
    return all;
}

pid_t spawn(const Birth& birth, const std::string& inheritance, const posix_spawn_file_actions_t* files) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::vector<std::string> arguments = birth.arguments;
    std::vector<std::string> environment = environmentWith(inheritance);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, birth.program.c_str(), files, &attributes, base::pointersTo(arguments).data(),
                                    base::pointersTo(environment).data());
    posix_spawnattr_destroy(&attributes);
    if (error != 0) fail(birth.program.c_str(), error);
    return pid;
}

} // namespace

Birth Birth::ofProcess(std::vector<std::string> arguments) {
    std::error_code unknown; // starting it tells
    return {std::move(arguments), std::filesystem::current_path(),
            std::filesystem::read_symlink("/proc/self/exe", unknown)};
}

Successor::Successor(const Birth& birth, int pidFile) {
    const std::vector<Listening> listening = listeningSockets();
    std::array<int, 2> channel{-1, -1};
    std::array<int, 2> errors{-1, -1};
    try {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel.data()) != 0) fail("no socket", errno);
        if (::pipe2(errors.data(), O_CLOEXEC) != 0) fail("no pipe", errno);
        constexpr std::size_t kOthers = 3; // the channel, the pid file, the errors' own place
        Luggage luggage(listening.size() + kOthers);
        std::string inheritance = fmt::format("channel={} pid={} errors={}", luggage.add(channel[1]),
                                              luggage.add(pidFile), luggage.add(STDERR_FILENO));
        for (const Listening& socket : listening)
            inheritance += fmt::format(" {}={}", luggage.add(socket.fd), socket.address);
        luggage.addErrors(errors[1]);
        pid_ = spawn(birth, inheritance, luggage.finish(birth.folder));
    } catch (const std::exception&) {
        closeAll({&channel[0], &channel[1], &errors[0], &errors[1]});
        throw;
    }
    closeAll({&channel[1], &errors[1]});
    channel_ = channel[0];
    errors_ = errors[0];
    ::fcntl(channel_, F_SETFL, O_NONBLOCK);
    ::fcntl(errors_, F_SETFL, O_NONBLOCK);
}

Successor::~Successor() {
    if (pid_ > 0 && !serves_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    closeAll({&channel_, &errors_});
}

bool Successor::hasAnswered() {
    if (hasAnswered_) return true;
    collectErrors();
    char answer = 0;
    const ssize_t size = ::read(channel_, &answer, sizeof answer);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    serves_ = size == 1;
    hasAnswered_ = true;
    return true;
}

void Successor::collectErrors() {
    std::array<char, kMostWords> text{};
    for (;;) {
        const ssize_t size = ::read(errors_, text.data(), text.size());
        if (size <= 0) return;
        words_.append(text.data(), static_cast<std::size_t>(size));
        if (words_.size() > kMostWords) words_.erase(0, words_.size() - kMostWords);
    }
}

std::string Successor::whyNot() {
    if (!hasAnswered_) return "it has not said in time that it serves";
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) return "it is gone";
    pid_ = -1;
    collectErrors();
    std::string_view words = words_;
    while (words.ends_with('\n')) words.remove_suffix(1);
    if (WIFSIGNALED(status)) return fmt::format("it was ended by {}; {}", ::strsignal(WTERMSIG(status)), words);
    return fmt::format("it ended with the code {}: {}", WEXITSTATUS(status), words);
}

void Successor::yield() {
    // One that is gone needs nothing.
    ::send(channel_, "+", 1, MSG_NOSIGNAL);
}

} // namespace hookcast::app
