#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "base/Task.h"
#include "net/ReadBuffer.h"
#include "net/Rhythms.h"
#include "net/TimerHeap.h"
#include "net/Watch.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::net {

class Reactor;

/// An event loop on a thread of its own: Poco's SocketReactor with post(), watches and timers. Everything that belongs
/// to a loop is touched by its thread only; other threads reach it through post().
class Loop {
  public:
    /// One read() takes at most this much; the buffer is shared by all connections of the loop.
    static constexpr std::size_t kReadBufferBytes = 256 * 1024;

    Loop(std::string name, const base::Clock& clock, base::Log& log);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Starts the thread. Once.
    void start();

    /// Runs what has been posted so far, then ends the thread and joins it. Not from the loop itself. Tasks posted
    /// later never run; they are destroyed with the loop. From here on what belongs to the loop belongs to the caller's
    /// thread.
    void stop();

    /// Any thread. Runs `task` on the loop, after what was posted before it, and destroys it before the next one runs.
    void post(base::Task task);

    /// Any thread but a loop's. Runs `task` on the loop and waits for its end; throws what it has thrown.
    void runAndWait(const std::function<void()>& task);

    /// Loop thread. Runs `task` with the object that `weak` leads to, once, no sooner than `delayMs` from now, unless
    /// it has died by then. Nobody can take it back: for what may die on any thread. Who lives on the loop has a Timer.
    template <typename T, typename F>
    void runAfterIfAlive(std::int64_t delayMs, std::weak_ptr<T> weak, F task) {
        addTimer(delayMs, [weak = std::move(weak), task = std::move(task)]() mutable {
            if (const std::shared_ptr<T> alive = weak.lock()) task(*alive);
        });
    }

    /// Loop thread: for what many do at one moment, again and again.
    Rhythms& rhythms() { return rhythms_; }

    /// Any thread.
    bool isCurrent() const { return std::this_thread::get_id() == threadId_.load(std::memory_order_relaxed); }

    /// Ends the process when another thread is at work on what belongs to this loop.
    void assertCurrent() const;

    /// Loop thread. Tells `onEvent` what happens at `fd`, for as long as the Watch lives. Throws std::exception when
    /// the system cannot watch it.
    [[nodiscard]] Watch watch(int fd, Watch::Interest interest, Watch::OnEvent onEvent);

    /// Loop thread: space for one read, for one reader. Ends the process when another one has it: what that has read
    /// would be overwritten.
    ReadBuffer::Lease leaseReadBuffer();

    const base::Clock& clock() const { return clock_; }
    base::Log& log() const { return log_; }
    const std::string& name() const { return name_; }

  private:
    friend class Reactor;
    friend class Timer;

    void addTimer(std::int64_t delayMs, base::Task task, TimerId* armed = nullptr);
    void arm(TimerId& timer, std::int64_t delayMs, base::Task task) { addTimer(delayMs, std::move(task), &timer); }
    void disarm(TimerId timer);
    void runPosted();
    void runTimers();
    void setPollTimeout();

    // given
    std::string name_;
    const base::Clock& clock_;
    base::Log& log_;
    // owned
    std::unique_ptr<Reactor> reactor_;
    TimerHeap timers_;
    Rhythms rhythms_{*this};
    ReadBuffer readBuffer_{kReadBufferBytes};
    std::thread thread_;
    // state
    std::atomic<std::thread::id> threadId_;
    std::mutex postedMutex_;
    std::vector<base::Task> posted_;
};

} // namespace hookcast::net
