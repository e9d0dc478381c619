#pragma once

#include "base/Task.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace hookcast::outputs {

/// A thread for what waits for the disk: runs what is posted, in order. Its queue is bounded by who posts: a recording
/// has one task for its frames at most, and one per finished file.
class DiskThread {
  public:
    DiskThread() : thread_([this] { run(); }) {}

    /// Runs what was posted, then ends the thread.
    ~DiskThread();
    DiskThread(const DiskThread&) = delete;
    DiskThread& operator=(const DiskThread&) = delete;

    /// Any thread.
    void post(base::Task task);

  private:
    void run();

    // state
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<base::Task> tasks_;
    bool stopping_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::outputs
