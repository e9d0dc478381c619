#pragma once

#include "support/Deadline.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A folder of its own for one test, gone with this object.
class TempFolder {
  public:
    /// Throws std::runtime_error when it cannot be made.
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string file(std::string_view name) const { return (path_ / name).string(); }

    /// Returns the file's path.
    std::string write(std::string_view name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

/// The whole file; empty when there is none.
std::string readFile(const std::filesystem::path& path);

/// Waits until the file holds `text`, and returns the whole of it. Its folder exists. Throws std::runtime_error when
/// the deadline passes first.
std::string waitForContent(const std::filesystem::path& path, std::string_view text,
                           const Deadline& deadline = Deadline());

} // namespace hookcast::integration
