#pragma once

#include "base/Log.h"
#include "base/WorkerThread.h"
#include "config/Config.h"

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace hookcast::app {

/// Keeps which client numbers have been given, in a file beside the pid file (`srs.pid`: `srs.clients`), so that the
/// next start goes on behind them: a backend's records of two lives of the server are not mixed up. A file that cannot
/// be read or written costs no start: then numbers begin at 1, and the log says so.
class ClientNumberFile {
  public:
    /// Main thread.
    /// `isShared`: another process still gives numbers by the same file; those begin far enough behind its own.
    ClientNumberFile(const config::Config& config, bool isShared, base::Log& log);

    /// No later one was given by an earlier start. Numbers stay within what a backend's 32-bit integer holds: a start
    /// that finds half of them given begins again.
    std::uint64_t last() const { return last_; }

    /// Numbers up to this may be given from now on. Any thread; does not wait for the disk.
    void keep(std::uint64_t upTo);

    /// From now on the file is another process's, and stays as it is. Any thread.
    void leave() { isLeft_ = true; }

  private:
    void write(std::uint64_t upTo);

    // given
    base::Log& log_;
    std::filesystem::path path_;
    // state
    std::uint64_t last_ = 0;
    std::atomic<bool> isLeft_{false};
    bool warned_ = false; ///< the writer's thread
    // owned; last, as it uses all of the above
    base::WorkerThread writer_{log_, "clients"};
};

} // namespace hookcast::app
