#pragma once

#include "support/Descriptor.h"

#include <cstdint>

namespace hookcast::integration {

/// A TCP port of 127.0.0.1 that nobody listens on, for a program that cannot say which one the system gave it. It lies
/// outside the range from which the system takes ports for outgoing connections, and no other test gets it as long as
/// this object lives.
class FreePort {
  public:
    /// Throws std::runtime_error when there is none.
    FreePort();

    std::uint16_t number() const { return number_; }

  private:
    bool take(std::uint16_t number);

    Descriptor lock_; ///< of a file that stands for the port
    std::uint16_t number_ = 0;
};

} // namespace hookcast::integration
