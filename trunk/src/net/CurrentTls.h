#pragma once

#include "net/TlsContext.h"

#include <memory>
#include <mutex>
#include <utility>

namespace hookcast::net {

/// The TLS of a server as the newest configuration has it; null: none. And what it came to, whichever configuration it
/// was. Any thread.
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

    /// For the contexts that are made for it.
    const std::shared_ptr<TlsFigures>& figures() const { return figures_; }

  private:
    const std::shared_ptr<TlsFigures> figures_ = std::make_shared<TlsFigures>();
    mutable std::mutex mutex_; ///< guards what is below
    std::shared_ptr<const TlsContext> context_;
};

} // namespace hookcast::net
