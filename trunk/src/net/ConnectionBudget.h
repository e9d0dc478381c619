#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookcast::net {

/// How many clients the server takes, of all protocols together (`max_connections`). Any thread.
class ConnectionBudget {
  public:
    explicit ConnectionBudget(std::size_t limit) : limit_(limit) {}

    /// False when the limit is reached; else giveBack() must follow, once.
    [[nodiscard]] bool take() {
        if (open_.fetch_add(1, std::memory_order_relaxed) < limit()) return true;
        giveBack();
        return false;
    }

    void giveBack() { open_.fetch_sub(1, std::memory_order_relaxed); }

    std::size_t open() const { return open_.load(std::memory_order_relaxed); }
    std::size_t limit() const { return limit_.load(std::memory_order_relaxed); }

    /// Who is there stays, be they more than the new limit.
    void setLimit(std::size_t limit) { limit_.store(limit, std::memory_order_relaxed); }

  private:
    std::atomic<std::size_t> limit_;
    std::atomic<std::size_t> open_{0};
};

} // namespace hookcast::net
