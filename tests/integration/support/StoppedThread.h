#pragma once

#include <sys/types.h>

#include <string_view>

namespace hookcast::integration {

/// Has one thread of another process, a child of this one, stand still, while its others run: as one that hangs does.
/// It goes on at the end. One thread.
class StoppedThread {
  public:
    /// `name` as in /proc/PID/task/TID/comm; empty: the main thread. Throws std::runtime_error where there is none of
    /// it, or the system does not let anybody stop it.
    StoppedThread(pid_t process, std::string_view name);
    ~StoppedThread();
    StoppedThread(const StoppedThread&) = delete;
    StoppedThread& operator=(const StoppedThread&) = delete;

  private:
    pid_t thread_;
};

} // namespace hookcast::integration
