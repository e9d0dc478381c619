#pragma once

#include "config/Config.h"

#include <memory>
#include <mutex>
#include <utility>

namespace hookcast::config {

/// The configuration that counts now: whoever begins something takes it from here and keeps it until that has ended, so
/// that a reload changes nothing under anybody's feet. Any thread.
class CurrentConfig {
  public:
    explicit CurrentConfig(std::shared_ptr<const Config> config) : config_(std::move(config)) {}

    std::shared_ptr<const Config> get() const {
        const std::lock_guard lock(mutex_);
        return config_;
    }

    void replace(std::shared_ptr<const Config> config) {
        const std::lock_guard lock(mutex_);
        config_ = std::move(config);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Config> config_;
};

} // namespace hookcast::config
