#pragma once

#include <string>

namespace hookcast::app {

/// The file that holds this process's id, locked while it runs, so that a second server with the same file does not
/// start. Main thread.
class PidFile {
  public:
    /// Throws std::runtime_error when the file cannot be written, or another process holds it. Missing folders are
    /// made.
    explicit PidFile(const std::string& path);

    /// Removes the file.
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

  private:
    std::string path_;
    int fd_;
};

} // namespace hookcast::app
