#include "net/Watch.h"

#include "net/Reactor.h"
#include "net/Watched.h"

#include <utility>

namespace hookcast::net {

Watch::Watch() = default;

Watch::Watch(std::unique_ptr<Watched> watched) : watched_(std::move(watched)) {}

Watch::~Watch() {
    end();
}

Watch::Watch(Watch&& other) noexcept = default;

Watch& Watch::operator=(Watch&& other) noexcept {
    if (this == &other) return *this;
    end();
    watched_ = std::move(other.watched_);
    return *this;
}

void Watch::want(Interest interest) {
    if (watched_ != nullptr) watched_->want(interest);
}

void Watch::end() {
    if (watched_ == nullptr) return;
    Reactor& reactor = watched_->reactor();
    reactor.assertCurrent();
    reactor.bury(std::move(watched_));
}

} // namespace hookcast::net
