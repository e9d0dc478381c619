#include "hls/MemoryBudget.h"

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
    share.mayLose_ = true;
    while (sizeBytes_ > limitBytes && tryToDrop()) {
    }
}

/// False where no stream has one to lose.
bool MemoryBudget::tryToDrop() {
    Share* most = nullptr;
    for (Share* share : shares_)
        if (share->mayLose_ && (most == nullptr || most->sizeBytes_ < share->sizeBytes_)) most = share;
    if (most == nullptr) return false;
    const std::uint64_t freed = most->window_.dropOldest();
    if (freed == 0) { // it keeps its last one, however large
        most->mayLose_ = false;
        return true;
    }
    most->sizeBytes_ -= freed;
    sizeBytes_ -= freed;
    ++dropped_;
    log_.about("", kFull, base::LogLevel::Warn, "hls", clock_.monotonicMs(), kFull);
    return true;
}

} // namespace hookcast::hls
