#include "hooks/HookContext.h"

#include <chrono>

namespace hookcast::hooks {

void OpenJobs::begin() {
    const std::lock_guard lock(mutex_);
    ++open_;
}

void OpenJobs::end() {
    const std::lock_guard lock(mutex_);
    --open_;
    if (open_ == 0) ended_.notify_all();
}

bool OpenJobs::waitForNone(std::int64_t timeoutMs) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, std::chrono::milliseconds(timeoutMs), [this] { return open_ == 0; });
}

std::size_t OpenJobs::count() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

const JsonDialect& HookContext::dialectNamed(config::HookDialectName name) const {
    switch (name) {
    case config::HookDialectName::Srs: return dialect;
    case config::HookDialectName::Srs4: return srs4Dialect;
    }
    return dialect;
}

} // namespace hookcast::hooks
