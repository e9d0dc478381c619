#pragma once

#include <string>

namespace hookcast::app {

/// The file that holds this process's id, locked while it runs, so that a second server with the same file does not
/// start. Who takes over from another process shares its lock, and its id is there once it writes it. Main thread.
class PidFile {
  public:
    /// Throws std::runtime_error when the file cannot be written, or another process holds it. Missing folders are
    /// made. `inherited`: a descriptor by which the process before this one holds it, or -1; where that is of this
    /// file, write() is left to the caller.
    explicit PidFile(const std::string& path, int inherited = -1);

    /// Removes the file, unless it has another process's id by now.
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

    /// Puts this process's id into it. Throws std::runtime_error.
    void write() const;

    /// Who has it, or a copy of it, holds the lock.
    int descriptor() const { return fd_; }

  private:
    std::string path_;
    int fd_;
};

} // namespace hookcast::app
