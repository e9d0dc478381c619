#pragma once

#include "base/Log.h"
#include "base/Task.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::base {

/// A thread for what may wait, as a loop must not: for the disk, or for another thread's end. Runs what is posted, in
/// order. Its queue is bounded by who posts. A task that throws is logged, and the next one runs: whoever waits for
/// what a task tells catches by himself.
class WorkerThread {
  public:
    /// `name` says in the log which one it is. `log` outlives it.
    WorkerThread(Log& log, std::string name) : log_(log), name_(std::move(name)), thread_([this] { run(); }) {}

    /// Runs what was posted, then ends the thread.
    ~WorkerThread();
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;

    /// Any thread.
    void post(Task task);

  private:
    void run();

    // given
    Log& log_;
    std::string name_;
    // state
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    bool stopping_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

/// The deleter of what takes a while to die, in a unique_ptr: it dies on the worker, which outlives it, and whoever
/// lets go of it does not wait.
template <typename T>
class DiesOn {
  public:
    explicit DiesOn(WorkerThread& worker) : worker_(&worker) {}

    void operator()(T* object) const {
        worker_->post([owned = std::unique_ptr<T>(object)] {});
    }

  private:
    WorkerThread* worker_;
};

} // namespace hookcast::base
