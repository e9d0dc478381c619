#include "http/ServedFile.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hookcast::http {

namespace {

std::string errorText() {
    return std::system_category().message(errno);
}

/// glibc has no function for it.
int openBeneath(int folder, const char* path) {
    open_how how{};
    // A named pipe must not hold anybody up.
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof(how)));
}

} // namespace

base::Result<ServedFile> ServedFile::open(const std::string& folder, const std::string& path) {
    const int root = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return base::Error{errorText()};
    const int descriptor = openBeneath(root, path.empty() ? "." : path.c_str());
    const std::string reason = descriptor < 0 ? errorText() : std::string();
    ::close(root);
    if (descriptor < 0) return base::Error{reason};
    ServedFile file(descriptor);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return base::Error{errorText()};
    file.isFolder_ = S_ISDIR(status.st_mode);
    if (!file.isFolder_ && !S_ISREG(status.st_mode)) return base::Error{"no regular file"};
    file.sizeBytes_ = static_cast<std::uint64_t>(status.st_size);
    file.changedAtUnixNs_ = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
    return file;
}

ServedFile::ServedFile(ServedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), isFolder_(other.isFolder_), sizeBytes_(other.sizeBytes_),
      changedAtUnixNs_(other.changedAtUnixNs_) {}

ServedFile::~ServedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::string ServedFile::tag() const {
    return fmt::format("\"{:x}-{:x}\"", changedAtUnixNs_, sizeBytes_);
}

base::Result<void> ServedFile::read(std::uint64_t offset, std::size_t most, base::Bytes& out) const {
    const std::size_t before = out.size();
    out.resize(before + most);
    std::size_t filled = 0;
    while (filled < most) {
        const ssize_t size =
            ::pread(descriptor_, out.data() + before + filled, most - filled, static_cast<off_t>(offset + filled));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return base::Error{errorText()};
        if (size == 0) break;
        filled += static_cast<std::size_t>(size);
    }
    out.resize(before + filled);
    return {};
}

} // namespace hookcast::http
