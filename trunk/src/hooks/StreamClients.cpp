#include "hooks/StreamClients.h"

namespace hookcast::hooks {

StreamClients::Seat& StreamClients::Seat::operator=(Seat&& other) noexcept {
    if (this == &other) return *this;
    leave();
    owner_ = std::exchange(other.owner_, nullptr);
    stream_ = other.stream_;
    number_ = other.number_;
    return *this;
}

std::optional<std::uint64_t> StreamClients::Seat::leave() noexcept {
    StreamClients* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return std::nullopt;
    return owner->giveBack(stream_);
}

StreamClients::Seat StreamClients::take(const StreamKey& key) {
    const std::lock_guard lock(mutex_);
    const Counts::iterator stream = counts_.try_emplace(key, 0).first;
    ++stream->second;
    return {*this, stream};
}

std::uint64_t StreamClients::giveBack(Counts::iterator stream) noexcept {
    const std::lock_guard lock(mutex_);
    const std::uint64_t left = --stream->second;
    if (left == 0) counts_.erase(stream);
    return left;
}

} // namespace hookcast::hooks
