#pragma once

#include "support/Relay.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookcast::integration {

/// A network between one SRT caller and a server on this machine, with faults that a test asks for.
class LossyRelay {
  public:
    /// Callers come to port(), and are brought to `serverPort`. Throws std::runtime_error when there is no socket.
    explicit LossyRelay(std::uint16_t serverPort);

    std::uint16_t port() const { return relay_.port(); }

    /// The caller's data packet with this place in its order, from 1, is lost, however often it is sent. 0: none.
    void lose(unsigned nth) { lost_ = nth; }

    /// From now on nothing passes.
    void cut() { cut_ = true; }

  private:
    void run(const Relay& relay);
    bool isLost(const std::uint8_t* packet, std::size_t sizeBytes);

    std::uint32_t firstSequence_ = 0; ///< of the caller's data
    bool hasFirst_ = false;
    std::atomic<unsigned> lost_{0};
    std::atomic<bool> cut_{false};
    Relay relay_;
};

} // namespace hookcast::integration
