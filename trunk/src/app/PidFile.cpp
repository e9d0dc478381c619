#include "app/PidFile.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace hookcast::app {

namespace {

[[noreturn]] void fail(int fd, const std::string& path, const std::string& why) {
    if (fd >= 0) ::close(fd);
    throw std::runtime_error(fmt::format("pid file {} (directive `pid`): {}", path, why));
}

} // namespace

PidFile::PidFile(const std::string& path) : path_(path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored; // open() below tells what is wrong
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) fail(fd_, path, std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
        fail(fd_, path, errno == EWOULDBLOCK ? "another server runs with it" : std::strerror(errno));
    const std::string text = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd_, 0) != 0 || ::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        fail(fd_, path, std::strerror(errno));
}

PidFile::~PidFile() {
    ::unlink(path_.c_str());
    ::close(fd_);
}

} // namespace hookcast::app
