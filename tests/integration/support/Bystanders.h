#pragma once

#include "support/HookcastServer.h"
#include "support/RtmpClient.h"

#include <cstdint>
#include <memory>

namespace hookcast::integration {

/// A publisher and a player who mind their own business while others misbehave, to show that nobody disturbs them.
class Bystanders {
  public:
    /// On `__defaultVhost__`, whose publish timeouts must be long.
    explicit Bystanders(const HookcastServer& server);

    /// Sends a picture and waits until it has arrived. Throws std::runtime_error when it does not.
    void expectToGoOn();

  private:
    std::unique_ptr<RtmpClient> player_;
    std::unique_ptr<RtmpClient> publisher_;
    std::uint32_t timestampMs_ = 0;
};

/// How much a server's memory may grow where `bytes` are what it needs: a sanitizer keeps freed memory for a while,
/// and notes about all of it.
std::size_t memoryAllowance(std::size_t bytes);

} // namespace hookcast::integration
