#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace hookcast::base {

/// What many have alike, held once, for as long as any of them has it. `T` can be compared, and has a hash() that
/// equals have alike. It grows with what is held, and not beyond twice that. Any thread.
template <typename T>
class SharedValues {
  public:
    /// One that equals `value`: the one that somebody has already, or this.
    std::shared_ptr<const T> share(T value) {
        const std::size_t hash = value.hash();
        const std::lock_guard lock(mutex_);
        std::weak_ptr<const T>& held = values_[hash];
        // Of two values with one hash the newer one is shared.
        if (std::shared_ptr<const T> known = held.lock(); known != nullptr && *known == value) return known;
        // Apart from its counts: those stay while the weak pointer does.
        std::shared_ptr<const T> shared = std::make_unique<const T>(std::move(value));
        held = shared;
        forgetUnheld();
        return shared;
    }

    /// How many are remembered, those included that nobody has any more.
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return values_.size();
    }

  private:
    static constexpr std::size_t kLeast = 64;

    /// Each time when it has doubled.
    void forgetUnheld() {
        if (values_.size() < most_) return;
        std::erase_if(values_, [](const auto& entry) { return entry.second.expired(); });
        most_ = std::max(kLeast, 2 * values_.size());
    }

    // state
    mutable std::mutex mutex_; ///< guards what is below; held for a look-up, and while what nobody has is forgotten
    std::unordered_map<std::size_t, std::weak_ptr<const T>> values_; ///< by hash
    std::size_t most_ = kLeast;
};

} // namespace hookcast::base
