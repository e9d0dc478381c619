#include "hooks/StreamClients.h"

namespace hookcast::hooks {

StreamClients::Seat& StreamClients::Seat::operator=(Seat&& other) noexcept {
    if (this == &other) return *this;
    leave();
    owner_ = std::exchange(other.owner_, nullptr);
    key_ = std::move(other.key_);
    number_ = other.number_;
    return *this;
}

std::optional<std::uint64_t> StreamClients::Seat::leave() noexcept {
    StreamClients* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return std::nullopt;
    return owner->giveBack(key_);
}

StreamClients::Seat StreamClients::take(const StreamKey& key) {
    StreamKey copy = key; // what may fail for want of memory comes before the count
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++counts_[key];
    return {*this, std::move(copy), number};
}

std::uint64_t StreamClients::giveBack(const StreamKey& key) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (found == counts_.end()) return 0;
    const std::uint64_t left = --found->second;
    if (left == 0) counts_.erase(found);
    return left;
}

} // namespace hookcast::hooks
