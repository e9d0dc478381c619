#include "hub/Audience.h"

#include "hub/StreamRegistry.h"

namespace hookcast::hub {

Audience::~Audience() {
    if (registry_ == nullptr) return;
    figures_->sentBytes.fetch_add(sentBytes_, std::memory_order_relaxed);
    figures_->players.fetch_sub(1, std::memory_order_relaxed);
    registry_->depart(*key_);
}

} // namespace hookcast::hub
