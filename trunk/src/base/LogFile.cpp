#include "base/LogFile.h"

#include <Poco/Exception.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace hookcast::base {

namespace {

constexpr mode_t kMode = 0666; ///< less the umask

int openToAppend(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, kMode);
    if (fd < 0) throw Poco::OpenFileException(std::generic_category().message(errno), errno);
    return fd;
}

/// Of a file that may not be read nobody knows; it is taken for whole.
bool endsMidLine(int fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
    const int reader = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader < 0) return false;
    char last = '\n';
    [[maybe_unused]] const ssize_t read = ::pread(reader, &last, 1, status.st_size - 1);
    ::close(reader);
    return last != '\n';
}

bool awaitRoom(int fd) {
    pollfd watched{fd, POLLOUT, 0};
    return ::poll(&watched, 1, -1) > 0 || errno == EINTR;
}

} // namespace

LogFile::LogFile(const std::string& path) : fd_(openToAppend(path)), isOurs_(true), isCut_(endsMidLine(fd_, path)) {}

LogFile::LogFile() : fd_(STDOUT_FILENO), isOurs_(false) {}

LogFile::~LogFile() {
    if (isOurs_) ::close(fd_);
}

void LogFile::log(const Poco::Message& message) {
    line_.clear();
    if (isCut_) line_ += '\n';
    line_ += message.getText();
    line_ += '\n';
    if (const int error = writeLine(); error != 0)
        throw Poco::WriteFileException(std::generic_category().message(error), error);
}

/// The number of the error; 0: it is written, or all of it but its end, which the next line brings.
int LogFile::writeLine() {
    std::string_view left = line_;
    int error = 0;
    while (!left.empty() && error == 0) {
        const ssize_t written = ::write(fd_, left.data(), left.size());
        if (written > 0)
            left.remove_prefix(static_cast<std::size_t>(written));
        else if (written == 0)
            error = EIO; // so that this ends; no file system does so
        else if (errno != EINTR && !(errno == EAGAIN && awaitRoom(fd_)))
            error = errno;
    }
    const std::size_t done = line_.size() - left.size();
    if (done > 0) isCut_ = line_[done - 1] != '\n';
    return left == "\n" && done > 0 && isCut_ ? 0 : error;
}

} // namespace hookcast::base
