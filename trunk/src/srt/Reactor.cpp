#include "srt/Reactor.h"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace hookcast::srt {

namespace {

/// How long stop() and close() wait at most for the thread to look.
constexpr int kWaitMs = 20;
constexpr std::size_t kEventsPerTurn = 256;

} // namespace

Reactor::Reactor() : epoll_(srt_epoll_create()) {
    if (epoll_ < 0) throw std::runtime_error(std::string("srt_epoll: ") + srt_getlasterror_str());
    srt_epoll_set(epoll_, SRT_EPOLL_ENABLE_EMPTY);
}

Reactor::~Reactor() {
    stop();
    srt_epoll_release(epoll_);
}

void Reactor::start(OnCallers onCallers) {
    onCallers_ = std::move(onCallers);
    thread_ = std::thread([this] { run(); });
}

void Reactor::listen(std::shared_ptr<const Socket> listener) {
    const std::lock_guard lock(mutex_);
    const int events = SRT_EPOLL_IN;
    srt_epoll_add_usock(epoll_, listener->id(), &events);
    listeners_[listener->id()] = std::move(listener);
}

void Reactor::stopListening(const Socket& listener) {
    const std::lock_guard lock(mutex_);
    srt_epoll_remove_usock(epoll_, listener.id());
    listeners_.erase(listener.id());
}

void Reactor::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    closePending();
}

void Reactor::add(const Socket& socket, net::Loop& loop, std::weak_ptr<Watcher> watcher) {
    const std::lock_guard lock(mutex_);
    const int events = SRT_EPOLL_ERR;
    srt_epoll_add_usock(epoll_, socket.id(), &events);
    if (!socket.isBroken()) {
        entries_[socket.id()] = {&loop, std::move(watcher)};
        return;
    }
    // It broke before anyone looked, which srt_epoll does not tell any more.
    loop.post([watcher = std::move(watcher)] {
        if (const auto alive = watcher.lock()) alive->onEvents({.broken = true});
    });
}

void Reactor::want(const Socket& socket, int event) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(socket.id());
    if (found == entries_.end()) return;
    found->second.wanted |= event;
    const int events = found->second.wanted | SRT_EPOLL_ERR;
    srt_epoll_update_usock(epoll_, socket.id(), &events);
}

void Reactor::close(Socket socket) {
    const std::lock_guard lock(mutex_);
    entries_.erase(socket.id());
    closing_.push_back(std::move(socket));
}

void Reactor::run() {
    std::array<SRT_EPOLL_EVENT, kEventsPerTurn> events;
    while (!stopping_) {
        const int count = srt_epoll_uwait(epoll_, events.data(), static_cast<int>(events.size()), kWaitMs);
        // More may be ready than fit; they come with the next turn.
        for (int i = 0; i < std::min(count, static_cast<int>(events.size())); ++i) {
            try {
                handle(events[i]);
            } catch (const std::bad_alloc&) { // the event comes again with the next turn
            }
        }
        closePending();
    }
}

void Reactor::handle(const SRT_EPOLL_EVENT& event) {
    std::unique_lock lock(mutex_);
    if (const auto listening = listeners_.find(event.fd); listening != listeners_.end()) {
        const std::shared_ptr<const Socket> listener = listening->second;
        lock.unlock();
        onCallers_(*listener);
        return;
    }
    const auto found = entries_.find(event.fd);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    const Events told{(event.events & entry.wanted & SRT_EPOLL_IN) != 0,
                      (event.events & entry.wanted & SRT_EPOLL_OUT) != 0, (event.events & SRT_EPOLL_ERR) != 0};
    entry.loop->post([watcher = entry.watcher, told] {
        if (const auto alive = watcher.lock()) alive->onEvents(told);
    });
    entry.wanted &= ~event.events;
    if (told.broken) {
        srt_epoll_remove_usock(epoll_, event.fd);
        entries_.erase(found);
        return;
    }
    const int events = entry.wanted | SRT_EPOLL_ERR;
    srt_epoll_update_usock(epoll_, event.fd, &events);
}

void Reactor::closePending() {
    std::vector<Socket> closing;
    {
        const std::lock_guard lock(mutex_);
        closing.swap(closing_);
    }
}

} // namespace hookcast::srt
