#pragma once

#include "support/Descriptor.h"

#include <atomic>
#include <cstdint>
#include <thread>

namespace hookcast::integration {

/// A network between one SRT caller and a server on this machine, with faults that a test asks for.
class LossyRelay {
  public:
    /// Callers come to port(), and are brought to `serverPort`. Throws std::runtime_error when there is no socket.
    explicit LossyRelay(std::uint16_t serverPort);
    ~LossyRelay();
    LossyRelay(const LossyRelay&) = delete;
    LossyRelay& operator=(const LossyRelay&) = delete;

    std::uint16_t port() const { return port_; }

    /// The caller's data packet with this place in its order, from 1, is lost, however often it is sent. 0: none.
    void lose(unsigned nth) { lost_ = nth; }

    /// From now on nothing passes.
    void cut() { cut_ = true; }

  private:
    void run();
    bool isLost(const std::uint8_t* packet, std::size_t sizeBytes);

    Descriptor callers_;
    Descriptor server_;
    std::uint16_t port_ = 0;
    std::uint32_t firstSequence_ = 0; ///< of the caller's data
    bool hasFirst_ = false;
    std::atomic<unsigned> lost_{0};
    std::atomic<bool> cut_{false};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace hookcast::integration
