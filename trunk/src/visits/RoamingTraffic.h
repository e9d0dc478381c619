#pragma once

#include "net/SessionPort.h"

#include <atomic>
#include <cstdint>

namespace hookcast::visits {

/// How much has gone to a roaming viewer, and come from him: counted by his requests, on whatever loop. Any thread;
/// what they know of him beside it derives from it.
class RoamingTraffic {
  public:
    void add(const net::SessionPort::Traffic& more) {
        sentBytes_.fetch_add(more.sentBytes, std::memory_order_relaxed);
        receivedBytes_.fetch_add(more.receivedBytes, std::memory_order_relaxed);
    }

    net::SessionPort::Traffic traffic() const {
        return {sentBytes_.load(std::memory_order_relaxed), receivedBytes_.load(std::memory_order_relaxed)};
    }

  protected:
    RoamingTraffic() = default;
    ~RoamingTraffic() = default;
    RoamingTraffic(const RoamingTraffic&) = delete;
    RoamingTraffic& operator=(const RoamingTraffic&) = delete;

  private:
    std::atomic<std::uint64_t> sentBytes_{0};
    std::atomic<std::uint64_t> receivedBytes_{0};
};

} // namespace hookcast::visits
