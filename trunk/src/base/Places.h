#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace hookcast::base {

/// So many may have something at one time. Any thread; outlives every place.
class Places {
  public:
    /// One of them, given back once, by its death. Any thread, one at a time.
    class Place {
      public:
        Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (places_ != nullptr) --places_->taken_;
        }

      private:
        friend class Places;
        explicit Place(Places& places) : places_(&places) {}

        Places* places_;
    };

    explicit Places(std::size_t most) : most_(most) {}
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;

    /// None when all are taken.
    std::optional<Place> take() {
        if (++taken_ <= most_) return Place(*this);
        --taken_;
        return std::nullopt;
    }

  private:
    // given
    std::size_t most_;
    // state
    std::atomic<std::size_t> taken_{0};
};

} // namespace hookcast::base
