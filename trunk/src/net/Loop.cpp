#include "net/Loop.h"

#include "net/Reactor.h"
#include "net/Watched.h"

#include <pthread.h>

#include <cstdlib>
#include <future>
#include <optional>
#include <utility>

namespace hookcast::net {

Loop::Loop(std::string name, const base::Clock& clock, base::Log& log)
    : name_(std::move(name)), clock_(clock), log_(log), reactor_(std::make_unique<Reactor>(*this)) {
    setPollTimeout();
}

Loop::~Loop() {
    stop();
}

void Loop::start() {
    thread_ = std::thread([this] {
        threadId_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        constexpr std::size_t kMostOfName = 15; // the system's
        ::pthread_setname_np(::pthread_self(), name_.substr(0, kMostOfName).c_str());
        reactor_->run();
    });
}

void Loop::stop() {
    if (!thread_.joinable()) return;
    post([this] { reactor_->stop(); });
    thread_.join();
    threadId_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    // What nobody runs any more dies now, while what it knows of is still there; and what that has posted.
    for (std::vector<base::Task> left;; left.clear()) {
        {
            const std::lock_guard lock(postedMutex_);
            left.swap(posted_);
        }
        if (left.empty()) return;
    }
}

void Loop::runAndWait(const std::function<void()>& task) {
    std::packaged_task<void()> waitedFor(task);
    std::future<void> done = waitedFor.get_future();
    post(std::move(waitedFor));
    done.get();
}

void Loop::post(base::Task task) {
    bool wasEmpty = false;
    {
        const std::lock_guard lock(postedMutex_);
        wasEmpty = posted_.empty();
        posted_.push_back(std::move(task));
    }
    if (wasEmpty) reactor_->wake();
}

Watch Loop::watch(int fd, Watch::Interest interest, Watch::OnEvent onEvent) {
    assertCurrent();
    return Watch(std::make_unique<Watched>(*reactor_, fd, interest, std::move(onEvent)));
}

void Loop::addTimer(std::int64_t delayMs, base::Task task, TimerId* armed) {
    assertCurrent();
    timers_.add(clock_.monotonicUs() + delayMs * 1000, std::move(task), armed);
    setPollTimeout();
}

void Loop::disarm(TimerId timer) {
    assertCurrent();
    timers_.cancel(timer);
}

ReadBuffer::Lease Loop::leaseReadBuffer() {
    assertCurrent();
    if (!readBuffer_.isLeased()) return readBuffer_.lease();
    log_.error(name_, "internal error: two read into the loop's buffer at once");
    std::abort();
}

void Loop::assertCurrent() const {
    if (isCurrent()) return;
    log_.error(name_, "internal error: another thread works on what belongs to this loop");
    std::abort();
}

void Loop::runPosted() {
    std::vector<base::Task> tasks;
    {
        const std::lock_guard lock(postedMutex_);
        tasks.swap(posted_);
    }
    for (base::Task& next : tasks) {
        base::Task task =
            std::move(next); // what it holds goes before the next one runs, which may take what that needs
        base::runGuarded(task, log_, name_);
    }
}

void Loop::runTimers() {
    // The time is taken once: a timer that starts another one with no delay must not keep the loop here.
    const std::int64_t nowUs = clock_.monotonicUs();
    while (std::optional<base::Task> task = timers_.takeDue(nowUs)) base::runGuarded(*task, log_, name_);
    setPollTimeout();
}

void Loop::setPollTimeout() {
    const std::optional<std::int64_t> earliest = timers_.earliestUs();
    reactor_->setPollTimeoutUs(earliest ? *earliest - clock_.monotonicUs() : Reactor::kLongestPollUs);
}

} // namespace hookcast::net
