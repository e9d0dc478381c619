#pragma once

#include "net/TlsContext.h"

#include <memory>
#include <mutex>
#include <utility>

namespace hookcast::net {

/// The TLS of a server as the newest configuration has it; null: none. Any thread.
class CurrentTls {
  public:
    std::shared_ptr<const TlsContext> get() const {
        const std::lock_guard lock(mutex_);
        return context_;
    }

    void replace(std::shared_ptr<const TlsContext> context) {
        const std::lock_guard lock(mutex_);
        context_ = std::move(context);
    }

  private:
    mutable std::mutex mutex_; ///< guards what is below
    std::shared_ptr<const TlsContext> context_;
};

} // namespace hookcast::net
