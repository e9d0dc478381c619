#include "hls/ViewerPass.h"

#include <algorithm>

namespace hookcast::hls {

namespace {

/// A player has a handful: its playlist, the next parts, what it looks ahead for.
constexpr std::size_t kMostRequests = 32;

} // namespace

void ViewerPass::setState(State state) {
    home_.assertCurrent();
    const std::lock_guard lock(mutex_);
    if (state_ == State::Ended || state_ == state) return;
    state_ = state;
    for (const Request& request : requests_)
        request.loop->post([told = request.told] {
            if (const auto alive = told.lock()) alive->onPassChange();
        });
}

bool ViewerPass::enter(net::Loop& loop, const std::shared_ptr<Watcher>& watcher) {
    const std::lock_guard lock(mutex_);
    if (requests_.size() >= kMostRequests) return false;
    requests_.push_back({&loop, watcher.get(), watcher});
    return true;
}

bool ViewerPass::leave(const Watcher* watcher, std::int64_t nowMs) {
    latestMs_ = nowMs;
    const std::lock_guard lock(mutex_);
    std::erase_if(requests_, [watcher](const Request& one) { return one.watcher == watcher; });
    if (!requests_.empty()) return false;
    std::vector<Request>().swap(requests_);
    return true;
}

std::int64_t ViewerPass::idleMs(std::int64_t nowMs) const {
    const std::lock_guard lock(mutex_);
    return requests_.empty() ? nowMs - latestMs_ : 0;
}

} // namespace hookcast::hls
