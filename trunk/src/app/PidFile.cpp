#include "app/PidFile.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace hookcast::app {

namespace {

constexpr std::size_t kLongestId = 32;

[[noreturn]] void fail(int fd, const std::string& path, const std::string& why) {
    if (fd >= 0) ::close(fd);
    throw std::runtime_error(fmt::format("pid file {} (directive `pid`): {}", path, why));
}

std::string ownId() {
    return std::to_string(::getpid()) + "\n";
}

bool isOf(int fd, const std::string& path) {
    struct stat open {};
    struct stat named {};
    return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
           open.st_ino == named.st_ino;
}

} // namespace

PidFile::PidFile(const std::string& path, int inherited) : path_(path), fd_(inherited) {
    if (fd_ >= 0 && isOf(fd_, path)) return;
    if (fd_ >= 0) ::close(fd_);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored; // open() below tells what is wrong
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) fail(fd_, path, std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
        fail(fd_, path, errno == EWOULDBLOCK ? "another server runs with it" : std::strerror(errno));
    write();
}

void PidFile::write() const {
    const std::string text = ownId();
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        fail(-1, path_, std::strerror(errno));
}

PidFile::~PidFile() {
    std::array<char, kLongestId> text{};
    const ssize_t size = ::pread(fd_, text.data(), text.size(), 0);
    if (size > 0 && std::string_view(text.data(), static_cast<std::size_t>(size)) == ownId()) ::unlink(path_.c_str());
    ::close(fd_);
}

} // namespace hookcast::app
