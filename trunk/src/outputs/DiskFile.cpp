#include "outputs/DiskFile.h"

#include "outputs/RecordingPath.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace hookcast::outputs {

namespace {

constexpr unsigned kMostNumbers = 10000;
constexpr mode_t kMode = 0644;

bool isThere(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

DiskError makeFolderOf(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) return {};
    return {error.value(), "cannot make the folder of " + path + ": " + error.message()};
}

} // namespace

DiskError diskError(const std::string& what, const std::string& path) {
    const int number = errno;
    return {number, what + " " + path + ": " + std::system_category().message(number)};
}

DiskFile::~DiskFile() {
    close();
}

DiskError DiskFile::create(const std::string& path) {
    if (DiskError error = makeFolderOf(path)) return error;
    for (unsigned number = 0; number < kMostNumbers; ++number) {
        path_ = numberedPath(path, number);
        temporaryPath_ = path_ + ".tmp";
        if (isThere(path_)) continue;
        descriptor_ = ::open(temporaryPath_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
        if (descriptor_ < 0 && errno == EEXIST) continue;
        if (descriptor_ < 0) return diskError("cannot create", temporaryPath_);
        // Whoever had that name before may have given its file the other one just now. From here on it is ours.
        if (!isThere(path_)) return {};
        discard();
    }
    return {EEXIST, "there are too many files like " + path};
}

DiskError DiskFile::write(base::ByteSpan bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return diskError("cannot write", temporaryPath_);
        size_ += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

DiskError DiskFile::overwrite(std::uint64_t offset, base::ByteSpan bytes) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written == static_cast<ssize_t>(bytes.size())) return {};
    return diskError("cannot write", temporaryPath_);
}

DiskError DiskFile::publish() {
    close();
    if (::rename(temporaryPath_.c_str(), path_.c_str()) != 0) return diskError("cannot rename", temporaryPath_);
    return {};
}

DiskError DiskFile::publishAs(const std::string& replacement) {
    if (::rename(replacement.c_str(), path_.c_str()) != 0) return diskError("cannot rename", replacement);
    discard();
    return {};
}

void DiskFile::discard() {
    close();
    ::unlink(temporaryPath_.c_str());
}

void DiskFile::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

} // namespace hookcast::outputs
