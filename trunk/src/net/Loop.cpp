#include "net/Loop.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Observer.h>
#include <Poco/Timespan.h>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <future>
#include <system_error>
#include <utility>

namespace hookcast::net {

namespace {

constexpr std::int64_t kLongestPollUs = 60'000'000;

/// Poco polls sockets only; as it never reads or writes this one, an eventfd may stand in for a socket.
Poco::Net::StreamSocket makeWakeDescriptor() {
    const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(fd));
}

} // namespace

Loop::Loop(std::string name, const base::Clock& clock, base::Log& log)
    : name_(std::move(name)), clock_(clock), log_(log), wake_(makeWakeDescriptor()) {
    addEventHandler(wake_, Poco::Observer<Loop, Poco::Net::ReadableNotification>(*this, &Loop::onWake));
    setPollTimeout();
}

Loop::~Loop() {
    stop();
    removeEventHandler(wake_, Poco::Observer<Loop, Poco::Net::ReadableNotification>(*this, &Loop::onWake));
}

void Loop::start() {
    thread_ = std::thread([this] {
        threadId_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        Poco::Net::SocketReactor::run();
    });
}

void Loop::stop() {
    if (!thread_.joinable()) return;
    post([this] { Poco::Net::SocketReactor::stop(); });
    thread_.join();
    threadId_.store(std::this_thread::get_id(), std::memory_order_relaxed);
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
    if (!wasEmpty) return;
    const std::uint64_t one = 1;
    // Only a full counter could fail, and then the loop is due to wake anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_.impl()->sockfd(), &one, sizeof one);
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

void Loop::onBusy() {
    runTimers();
}

void Loop::onTimeout() {
    runTimers();
}

void Loop::onWake(Poco::Net::ReadableNotification* notification) {
    notification->release();
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t taken = ::read(wake_.impl()->sockfd(), &count, sizeof count);
    runPosted();
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
        runGuarded(task);
    }
}

void Loop::runTimers() {
    // The time is taken once: a timer that starts another one with no delay must not keep the loop here.
    const std::int64_t nowUs = clock_.monotonicUs();
    while (std::optional<base::Task> task = timers_.takeDue(nowUs)) runGuarded(*task);
    setPollTimeout();
}

void Loop::setPollTimeout() {
    std::int64_t waitUs = kLongestPollUs;
    if (const auto earliest = timers_.earliestUs()) waitUs = *earliest - clock_.monotonicUs();
    // Poco rounds the wait down to milliseconds: round up, or the last one is spent spinning.
    waitUs = (std::clamp<std::int64_t>(waitUs, 0, kLongestPollUs) + 999) / 1000 * 1000;
    setTimeout(Poco::Timespan(waitUs));
}

void Loop::runGuarded(base::Task& task) {
    try {
        task();
    } catch (const std::exception& e) {
        log_.error(name_, "internal error: a task threw: {}", e.what());
    } catch (...) {
        // Past here it would take the tasks behind this one with it.
        log_.error(name_, "internal error: a task threw what is no exception");
    }
}

} // namespace hookcast::net
