#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace hookcast::base {

/// A FIFO that refuses what does not fit and counts what it refused. Not synchronized: its owner is.
template <typename T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t limit) : limit_(limit) {}

    /// False, and counted, when the queue is full; `item` is then untouched.
    bool push(T&& item) {
        if (items_.size() >= limit_) {
            ++refused_;
            return false;
        }
        items_.push_back(std::move(item));
        return true;
    }

    std::optional<T> pop() {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        return item;
    }

    bool empty() const { return items_.empty(); }
    std::size_t size() const { return items_.size(); }
    std::uint64_t refused() const { return refused_; }

  private:
    std::size_t limit_;
    std::deque<T> items_;
    std::uint64_t refused_ = 0;
};

} // namespace hookcast::base
