#include "hls/MemoryBudget.h"

#include <algorithm>

namespace hookcast::hls {

namespace {

constexpr std::uint64_t kBytesPerMb = 1024 * 1024;
constexpr const char* kFull = "segments go before their time: those of all streams have hls_memory";

} // namespace

MemoryBudget::Share::Share(MemoryBudget& budget, SegmentWindow& window) : budget_(budget), window_(window) {
    const std::lock_guard lock(budget_.mutex_);
    budget_.shares_.insert(this);
}

MemoryBudget::Share::~Share() {
    const std::lock_guard lock(budget_.mutex_);
    budget_.shares_.erase(this);
    budget_.sizeBytes_ -= sizeBytes_;
}

void MemoryBudget::note(Share& share) {
    const std::uint64_t limitBytes = config_.get()->limits.hlsMemoryMb * kBytesPerMb;
    const std::lock_guard lock(mutex_);
    const std::uint64_t nowBytes = share.window_.sizeBytes();
    sizeBytes_ += nowBytes - share.sizeBytes_;
    share.sizeBytes_ = nowBytes;
    while (sizeBytes_ > limitBytes && dropOne()) {
    }
}

/// False where each stream has its last one.
bool MemoryBudget::dropOne() {
    const auto most = std::ranges::max_element(shares_, {}, [](const Share* share) { return share->sizeBytes_; });
    if (most == shares_.end()) return false;
    const std::uint64_t freed = (*most)->window_.dropOldest();
    if (freed == 0) return false;
    (*most)->sizeBytes_ -= freed;
    sizeBytes_ -= freed;
    ++dropped_;
    log_.about("", kFull, base::LogLevel::Warn, "hls", clock_.monotonicMs(), kFull);
    return true;
}

} // namespace hookcast::hls
