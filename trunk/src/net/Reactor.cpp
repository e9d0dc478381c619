#include "net/Reactor.h"

#include "net/Loop.h"
#include "net/Watched.h"

#include <Poco/Timespan.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace hookcast::net {

namespace {

/// A turn of the loop: what is left hangs up in the next one.
constexpr int kHangUpsPerTurn = 64;

std::uint64_t tagOf(const Watched& watched) {
    return static_cast<std::uint64_t>(watched.serial()) << 32U | static_cast<std::uint32_t>(watched.fd());
}

} // namespace

Reactor::Reactor(Loop& loop)
    : loop_(loop), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd"),
      hangUps_(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
      wakeWatched_(std::make_unique<Watched>(*this, wake_.get(), Watch::Interest{true, false},
                                             [this](Watch::Event /*event*/) { onWake(); })),
      hangUpsWatched_(std::make_unique<Watched>(*this, hangUps_.get(), Watch::Interest{true, false},
                                                [this](Watch::Event /*event*/) { onHangUps(); })) {}

Reactor::~Reactor() = default;

void Reactor::wake() {
    const std::uint64_t one = 1;
    // Only a full counter could fail, and then the loop is due to wake anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

void Reactor::setPollTimeoutUs(std::int64_t waitUs) {
    // Poco rounds the wait down to milliseconds: round up, or the last one is spent spinning.
    waitUs = (std::clamp<std::int64_t>(waitUs, 0, kLongestPollUs) + 999) / 1000 * 1000;
    setTimeout(Poco::Timespan(waitUs));
}

std::uint32_t Reactor::enter(Watched& watched) {
    const auto [entry, isFirst] = byDescriptor_.try_emplace(watched.fd(), &watched);
    if (!isFirst) std::exchange(entry->second, &watched)->lose();
    return ++lastSerial_;
}

void Reactor::leave(const Watched& watched) {
    const auto entry = byDescriptor_.find(watched.fd());
    if (entry != byDescriptor_.end() && entry->second == &watched) byDescriptor_.erase(entry);
}

void Reactor::heedHangUps(const Watched& watched, bool heeds) {
    epoll_event event{};
    event.data.u64 = tagOf(watched); // errors and hang-ups are always told of
    // What cannot be entered here could not in Poco's poll either, which tells; and what is closed has gone by itself.
    ::epoll_ctl(hangUps_.get(), heeds ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, watched.fd(), &event);
}

void Reactor::tell(Watched& watched, Watch::Event event) {
    Watched* const outer = std::exchange(telling_, &watched); // a hang-up is told from within the telling of another
    try {
        watched.tell(event);
    } catch (const std::exception& e) {
        logThrown(e.what());
    } catch (...) {
        logThrown("what is no exception");
    }
    telling_ = outer;
    buried_.reset();
}

void Reactor::bury(std::unique_ptr<Watched> watched) {
    watched->leave();
    if (watched.get() == telling_) buried_ = std::move(watched);
}

void Reactor::assertCurrent() const {
    loop_.assertCurrent();
}

void Reactor::onBusy() {
    loop_.runTimers();
}

void Reactor::onTimeout() {
    loop_.runTimers();
}

void Reactor::onWake() {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t taken = ::read(wake_.get(), &count, sizeof count);
    loop_.runPosted();
}

void Reactor::onHangUps() {
    std::array<epoll_event, kHangUpsPerTurn> events{};
    const int count = ::epoll_wait(hangUps_.get(), events.data(), kHangUpsPerTurn, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const bool isTold = (event.events & EPOLLERR) != 0; // by Poco
        if (isTold) continue;
        // It may have ended since, and another one have its number.
        const auto entry = byDescriptor_.find(static_cast<int>(static_cast<std::uint32_t>(event.data.u64)));
        if (entry != byDescriptor_.end() && tagOf(*entry->second) == event.data.u64) entry->second->onHangUp();
    }
}

void Reactor::logThrown(std::string_view what) {
    if (const auto count = thrownGate_.admit(loop_.clock().monotonicMs()))
        loop_.log().error(loop_.name(), "internal error ({} times): who was told of an event threw: {}", *count, what);
}

} // namespace hookcast::net
