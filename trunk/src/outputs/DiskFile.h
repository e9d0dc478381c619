#pragma once

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::outputs {

/// Why the disk did not do what it should.
struct DiskError {
    int number = 0; ///< errno; 0: there is no error
    std::string text;

    explicit operator bool() const { return number != 0 || !text.empty(); }
};

/// The error that the system just reported about `path`.
DiskError diskError(const std::string& what, const std::string& path);

/// A file that is written under `PATH.tmp` and gets its name when it is complete. Nothing is overwritten: where PATH or
/// PATH.tmp exists, the file is `PATH-1`, `-2`, ... before its ending. What is written and never published stays as
/// PATH.tmp. Blocks: for a disk thread.
class DiskFile {
  public:
    DiskFile() = default;
    ~DiskFile();
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    /// Makes the folders that are missing, and the file.
    DiskError create(const std::string& path);

    DiskError write(base::ByteSpan bytes);

    /// Replaces bytes that are there.
    DiskError overwrite(std::uint64_t offset, base::ByteSpan bytes);

    /// Gives the file its name, and closes it.
    DiskError publish();

    /// The same with the file `replacement`, and without this one.
    DiskError publishAs(const std::string& replacement);

    /// Closes and removes it.
    void discard();

    /// Its name once it is complete.
    const std::string& path() const { return path_; }
    const std::string& temporaryPath() const { return temporaryPath_; }
    std::uint64_t sizeBytes() const { return size_; }

  private:
    void close();

    // owned
    int descriptor_ = -1;
    // state
    std::string path_;
    std::string temporaryPath_;
    std::uint64_t size_ = 0;
};

} // namespace hookcast::outputs
