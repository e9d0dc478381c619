#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace hookcast::hls {

/// The files below one folder. Their names hold what clients call their streams, so nothing leads out of the folder:
/// neither `..` nor a symbolic link. Blocks: for a disk thread.
class Folder {
  public:
    explicit Folder(std::string path) : path_(std::move(path)) {}

    const std::string& path() const { return path_; }

    /// Replaces the file `name`; whoever reads it has the old one or the new one, whole. It is written as NAME.tmp.
    /// Makes the folders that are missing.
    base::Result<void> write(const std::string& name, std::span<const base::ByteSpan> content) const;

    /// An error for a file that is not there, is none, or has more than `mostBytes`.
    base::Result<base::Bytes> read(const std::string& name, std::size_t mostBytes) const;

    /// Likewise; nothing of it is read.
    base::Result<std::uint64_t> sizeOf(const std::string& name) const;

    /// That it is not there is no error.
    base::Result<void> remove(const std::string& name) const;

  private:
    // given
    std::string path_;
};

} // namespace hookcast::hls
