#pragma once

#include "base/Result.h"

#include <cstddef>
#include <optional>
#include <string>

namespace hookcast::config {

/// Where configuration files come from: the disk in the server, a map in tests, nothing in the fuzzer.
class FileSource {
  public:
    FileSource() = default;
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    virtual ~FileSource() = default;

    /// The one canonical name of the file that `path` leads to, or nothing where there is none. Two paths to one file
    /// give the same name.
    virtual std::optional<std::string> find(const std::string& path) const = 0;

    /// The whole file; an Error says why it cannot be read or that it is larger than `maxBytes`.
    virtual base::Result<std::string> read(const std::string& path, std::size_t maxBytes) const = 0;
};

/// Files of this machine; relative paths start at the process's working directory.
class DiskFiles : public FileSource {
  public:
    std::optional<std::string> find(const std::string& path) const override;
    base::Result<std::string> read(const std::string& path, std::size_t maxBytes) const override;
};

} // namespace hookcast::config
