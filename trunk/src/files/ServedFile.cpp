#include "files/ServedFile.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string_view>
#include <system_error>
#include <utility>

namespace hookcast::files {

namespace {

std::string errorText() {
    return std::system_category().message(errno);
}

constexpr std::string_view kUnfinished = ".tmp";

/// A descriptor that closes itself.
class Opened {
  public:
    explicit Opened(int descriptor) : descriptor_(descriptor) {}
    ~Opened() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

  private:
    int descriptor_;
};

/// glibc has no function for it.
int openBeneath(int folder, const std::string& path, std::uint64_t flags) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(::syscall(SYS_openat2, folder, path.empty() ? "." : path.c_str(), &how, sizeof(how)));
}

/// Where an open file is; empty when that cannot be told.
std::string pathOf(int descriptor) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t size = ::readlink(fmt::format("/proc/self/fd/{}", descriptor).c_str(), buffer.data(), buffer.size());
    if (size <= 0 || static_cast<std::size_t>(size) == buffer.size()) return {};
    return {buffer.data(), static_cast<std::size_t>(size)};
}

/// Whether it is still there: the path of a file that is gone looks like one of another file.
bool isAt(const std::string& path, const struct stat& status) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && found.st_dev == status.st_dev && found.st_ino == status.st_ino;
}

bool isHidden(std::string_view path) {
    if (path.ends_with(kUnfinished)) return true;
    while (!path.empty()) {
        const std::string_view name = path.substr(0, path.find('/'));
        // The kernel sees to those two.
        if (name.starts_with('.') && name != "." && name != "..") return true;
        path.remove_prefix(std::min(name.size() + 1, path.size()));
    }
    return false;
}

base::Error notThere() {
    return base::Error{std::system_category().message(ENOENT)};
}

} // namespace

base::Result<ServedFile> ServedFile::open(const std::string& folder, const std::string& path) {
    if (isHidden(path)) return notThere();
    const Opened root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (root.get() < 0) return base::Error{errorText()};
    // A named pipe must not hold anybody up.
    Opened opened(openBeneath(root.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (opened.get() < 0) return base::Error{errorText()};
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) return base::Error{errorText()};
    ServedFile file(opened.release());
    file.isFolder_ = S_ISDIR(status.st_mode);
    if (!file.isFolder_ && !S_ISREG(status.st_mode)) return base::Error{"no regular file"};
    const std::string rootPath = pathOf(root.get());
    file.realPath_ = pathOf(file.descriptor_);
    if (rootPath.empty() || !file.realPath_.starts_with(rootPath) || !isAt(file.realPath_, status)) return notThere();
    const std::string_view below = std::string_view(file.realPath_).substr(rootPath.size());
    if (isHidden(below)) return notThere();
    file.sizeBytes_ = static_cast<std::uint64_t>(status.st_size);
    file.changedAtUnixNs_ = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
    return file;
}

std::string ServedFile::placeOf(const std::string& folder, const std::string& path) {
    const Opened root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::string there = path;
    std::string rest;
    while (root.get() >= 0 && there.size() < PATH_MAX) {
        const Opened opened(openBeneath(root.get(), there, O_PATH));
        if (opened.get() >= 0) return pathOf(opened.get()) + rest;
        if (there.empty()) break;
        const std::size_t slash = there.rfind('/');
        const std::string name = there.substr(slash == std::string::npos ? 0 : slash + 1);
        if (!name.empty()) rest.insert(0, "/" + name);
        there.resize(slash == std::string::npos ? 0 : slash);
    }
    return folder + "/" + path;
}

ServedFile::ServedFile(ServedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), realPath_(std::move(other.realPath_)),
      isFolder_(other.isFolder_), sizeBytes_(other.sizeBytes_), changedAtUnixNs_(other.changedAtUnixNs_) {}

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

} // namespace hookcast::files
