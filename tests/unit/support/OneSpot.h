#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace hookcast::support {

/// Memory that is given out again and again from its beginning: an object of a size is where the one before it was, so
/// that what still believes in that one meets it, with sanitizers or without. One thread at a time.
class SpotMemory {
  public:
    void* take(std::size_t sizeBytes) {
        spot_.resize(sizeBytes / sizeof(std::max_align_t) + 1);
        return spot_.data();
    }

  private:
    std::vector<std::max_align_t> spot_;
};

/// For std::allocate_shared(): one object at a time.
template <typename T>
class OneSpot {
  public:
    using value_type = T;

    explicit OneSpot(SpotMemory& memory) : memory_(&memory) {}
    template <typename U>
    OneSpot(const OneSpot<U>& other) : memory_(other.memory_) {}

    T* allocate(std::size_t count) { return static_cast<T*>(memory_->take(count * sizeof(T))); }
    void deallocate(T* /*object*/, std::size_t /*count*/) {}

    template <typename U>
    bool operator==(const OneSpot<U>& other) const {
        return memory_ == other.memory_;
    }

    SpotMemory* memory_;
};

} // namespace hookcast::support
