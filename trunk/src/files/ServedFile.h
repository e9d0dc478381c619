#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::files {

/// A regular file beneath a folder, opened for reading. Its calls wait for the disk: not on a loop.
class ServedFile {
  public:
    /// Opens `path`, relative to `folder`. No path leads out of the folder: neither by `..` nor by a symbolic link
    /// (openat2(2), RESOLVE_BENEATH). The Error says why there is no such file; a folder is one that ends with `/`.
    /// What is being written (`*.tmp`) and what is hidden (below the folder a name that begins with a dot) is not
    /// there, under whatever other name it is asked for.
    static base::Result<ServedFile> open(const std::string& folder, const std::string& path);

    /// The realPath() that a file of this name would have, if it were there.
    static std::string placeOf(const std::string& folder, const std::string& path);

    ServedFile(ServedFile&& other) noexcept;
    ServedFile& operator=(ServedFile&&) = delete;
    ~ServedFile();

    /// Absolute, without links.
    const std::string& realPath() const { return realPath_; }

    /// A folder is not read; see open().
    bool isFolder() const { return isFolder_; }
    std::uint64_t sizeBytes() const { return sizeBytes_; }
    std::int64_t changedAtUnixS() const { return changedAtUnixNs_ / 1'000'000'000; }

    /// For the ETag field (RFC 9110, 8.8.3), quotes included: it changes when the file does.
    std::string tag() const;

    /// Up to `most` bytes from `offset`, appended to `out`. Fewer: the file ends there, or the Error says what failed.
    base::Result<void> read(std::uint64_t offset, std::size_t most, base::Bytes& out) const;

  private:
    explicit ServedFile(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
    std::string realPath_;
    bool isFolder_ = false;
    std::uint64_t sizeBytes_ = 0;
    std::int64_t changedAtUnixNs_ = 0;
};

} // namespace hookcast::files
