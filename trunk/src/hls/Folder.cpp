#include "hls/Folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;
constexpr const char* kUnfinished = ".tmp";

/// A descriptor that closes itself.
class Opened {
  public:
    explicit Opened(int descriptor) : descriptor_(descriptor) {}
    ~Opened() { close(); }
    Opened(Opened&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Opened& operator=(Opened&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }

    /// What was written may turn out to have no room only now. The error is in errno.
    bool close() {
        const int descriptor = std::exchange(descriptor_, -1);
        return descriptor < 0 || ::close(descriptor) == 0;
    }

  private:
    int descriptor_;
};

base::Error errorAbout(const std::string& what, const std::string& path) {
    return base::Error{what + " " + path + ": " + std::system_category().message(errno)};
}

/// glibc has no function for it.
Opened openBeneath(int folder, const std::string& path, std::uint64_t flags, mode_t mode = 0) {
    open_how how{};
    how.flags = flags | O_CLOEXEC;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return Opened(
        static_cast<int>(::syscall(SYS_openat2, folder, path.empty() ? "." : path.c_str(), &how, sizeof(how))));
}

struct Split {
    std::string folder; ///< empty: none
    std::string file;
};

Split splitOf(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos) return {{}, name};
    return {name.substr(0, slash), name.substr(slash + 1)};
}

Opened openRoot(const std::string& path) {
    return Opened(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Opened openFolder(const Opened& root, const std::string& path) {
    return openBeneath(root.get(), path, O_PATH | O_DIRECTORY);
}

/// Makes those that are missing.
Opened makeFolder(const Opened& root, const std::string& path) {
    Opened there = openFolder(root, path);
    if (there || errno != ENOENT) return there;
    const Split split = splitOf(path);
    const Opened above = split.folder.empty() ? openFolder(root, {}) : makeFolder(root, split.folder);
    if (!above) return Opened(-1);
    if (::mkdirat(above.get(), split.file.c_str(), kFolderMode) != 0 && errno != EEXIST) return Opened(-1);
    return openFolder(root, path);
}

bool writeAll(int descriptor, base::ByteSpan bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

struct OpenFile {
    Opened file;
    std::uint64_t sizeBytes = 0;
};

base::Result<OpenFile> openFile(const std::string& path, const std::string& name) {
    const std::string whole = path + "/" + name;
    const Opened root = openRoot(path);
    // A named pipe must not hold anybody up.
    Opened file = root ? openBeneath(root.get(), name, O_RDONLY | O_NONBLOCK | O_NOCTTY) : Opened(-1);
    if (!file) return errorAbout("cannot open", whole);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return errorAbout("cannot look at", whole);
    if (!S_ISREG(status.st_mode)) return base::Error{whole + " is no file"};
    return OpenFile{std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

} // namespace

base::Result<void> Folder::write(const std::string& name, std::span<const base::ByteSpan> content) const {
    const std::string whole = path_ + "/" + name;
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) return base::Error{"cannot make " + path_ + ": " + error.message()};
    const Opened root = openRoot(path_);
    const Split split = splitOf(name);
    const Opened folder = root ? makeFolder(root, split.folder) : Opened(-1);
    if (!folder) return errorAbout("cannot make the folder of", whole);
    const std::string unfinished = split.file + kUnfinished;
    // What an earlier life has left there, or somebody has put there, is not written through.
    ::unlinkat(folder.get(), unfinished.c_str(), 0);
    Opened file = openBeneath(folder.get(), unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kFileMode);
    if (!file) return errorAbout("cannot create", whole + kUnfinished);
    bool isWritten = true;
    for (const base::ByteSpan bytes : content) isWritten = isWritten && writeAll(file.get(), bytes);
    isWritten = isWritten && file.close();
    if (isWritten && ::renameat(folder.get(), unfinished.c_str(), folder.get(), split.file.c_str()) == 0) return {};
    const base::Error why = errorAbout("cannot write", whole);
    ::unlinkat(folder.get(), unfinished.c_str(), 0);
    return why;
}

base::Result<std::uint64_t> Folder::sizeOf(const std::string& name) const {
    base::Result<OpenFile> file = openFile(path_, name);
    if (!file) return file.error();
    return file.value().sizeBytes;
}

base::Result<base::Bytes> Folder::read(const std::string& name, std::size_t mostBytes) const {
    const std::string whole = path_ + "/" + name;
    base::Result<OpenFile> opened = openFile(path_, name);
    if (!opened) return opened.error();
    const Opened file = std::move(opened.value().file);
    if (opened.value().sizeBytes > mostBytes) return base::Error{whole + " is too large"};
    base::Bytes bytes(static_cast<std::size_t>(opened.value().sizeBytes));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errorAbout("cannot read", whole);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

base::Result<void> Folder::remove(const std::string& name) const {
    const Opened root = openRoot(path_);
    const Split split = splitOf(name);
    const Opened folder = root ? openFolder(root, split.folder) : Opened(-1);
    if (folder && ::unlinkat(folder.get(), split.file.c_str(), 0) == 0) return {};
    if (errno == ENOENT) return {};
    return errorAbout("cannot remove", path_ + "/" + name);
}

} // namespace hookcast::hls
