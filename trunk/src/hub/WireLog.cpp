#include "hub/WireLog.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hookcast::hub {

void WireLog::append(base::ByteSpan bytes) {
    while (!bytes.empty()) {
        const std::size_t at = writeOffset_ % Slab::kSizeBytes;
        if (at == 0 || writeSlab_ == nullptr) {
            writeSlab_ = std::make_shared<Slab>();
            if (slabs_.empty()) firstSlab_ = writeOffset_ / Slab::kSizeBytes;
            slabs_.push_back(writeSlab_);
        }
        const std::size_t size = std::min(bytes.size(), Slab::kSizeBytes - at);
        std::memcpy(writeSlab_->bytes.get() + at, bytes.data(), size);
        writeOffset_ += size;
        bytes = bytes.subspan(size);
    }
}

bool WireLog::endEntry(const media::Frame& frame, std::uint8_t track) {
    if (writeOffset_ == endOffset()) return false;
    const bool isVideo = frame.kind == media::FrameKind::Video;
    hasVideo_ = hasVideo_ || isVideo;
    if (track != LogEntry::kAllTracks) {
        tracks_ |= only(track);
        if (isVideo) videoTracks_ |= only(track);
    }
    entries_.push_back({writeOffset_, frame.dtsMs, frame.kind, frame.role, track});
    return true;
}

void WireLog::addSyncPoint(SyncPoint point) {
    if (!syncPoints_.empty() && syncPoints_.back().sequence == point.sequence)
        syncPoints_.back() = std::move(point);
    else
        syncPoints_.push_back(std::move(point));
}

LogBatch WireLog::exportNewestSync() const {
    LogBatch batch = exportFrom(endSequence());
    batch.syncPoints.push_back(syncPoints_.back());
    return batch;
}

LogBatch WireLog::exportFrom(std::uint64_t fromSequence) const {
    LogBatch batch;
    batch.firstSequence = std::max(fromSequence, firstSequence_);
    batch.firstOffset = beginOffset(batch.firstSequence);
    batch.hasVideo = hasVideo_;
    batch.tracks = tracks_;
    batch.videoTracks = videoTracks_;
    const auto skipped = static_cast<std::ptrdiff_t>(batch.firstSequence - firstSequence_);
    batch.entries.assign(entries_.begin() + skipped, entries_.end());
    for (const SyncPoint& point : syncPoints_) {
        if (point.sequence >= batch.firstSequence) batch.syncPoints.push_back(point);
    }
    batch.firstSlab = batch.firstOffset / Slab::kSizeBytes;
    for (std::uint64_t slab = batch.firstSlab; slab < firstSlab_ + slabs_.size(); ++slab)
        batch.slabs.push_back(slabs_[slab - firstSlab_]);
    return batch;
}

void WireLog::import(const LogBatch& batch) {
    if (entries_.empty()) {
        firstSequence_ = batch.firstSequence;
        firstOffset_ = batch.firstOffset;
        firstSlab_ = batch.firstSlab;
        slabs_.clear();
    }
    hasVideo_ = batch.hasVideo;
    tracks_ = batch.tracks;
    videoTracks_ = batch.videoTracks;
    entries_.insert(entries_.end(), batch.entries.begin(), batch.entries.end());
    for (const SyncPoint& point : batch.syncPoints) addSyncPoint(point);
    // A batch begins in the slab that the one before it ended in.
    for (std::size_t i = 0; i < batch.slabs.size(); ++i) {
        if (batch.firstSlab + i >= firstSlab_ + slabs_.size()) slabs_.push_back(batch.slabs[i]);
    }
}

void WireLog::trimTo(std::uint64_t sequence) {
    sequence = std::min(sequence, endSequence());
    if (sequence <= firstSequence_) return;
    firstOffset_ = beginOffset(sequence);
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(sequence - firstSequence_));
    firstSequence_ = sequence;
    while (!syncPoints_.empty() && syncPoints_.front().sequence < sequence) syncPoints_.pop_front();
    while (!slabs_.empty() && (firstSlab_ + 1) * Slab::kSizeBytes <= firstOffset_) {
        slabs_.pop_front();
        ++firstSlab_;
    }
}

std::uint64_t WireLog::beginOffset(std::uint64_t sequence) const {
    return sequence == firstSequence_ ? firstOffset_ : entry(sequence - 1).endOffset;
}

const SyncPoint* WireLog::syncFrom(std::uint64_t sequence) const {
    const auto found = std::find_if(syncPoints_.begin(), syncPoints_.end(),
                                    [sequence](const SyncPoint& point) { return point.sequence >= sequence; });
    return found == syncPoints_.end() ? nullptr : &*found;
}

std::span<const iovec> WireLog::bytes(std::uint64_t offset, std::uint64_t end,
                                      std::array<iovec, kMaxRanges>& ranges) const {
    std::size_t count = 0;
    while (offset < end && count < kMaxRanges) {
        const std::size_t at = offset % Slab::kSizeBytes;
        const std::uint64_t size = std::min<std::uint64_t>(end - offset, Slab::kSizeBytes - at);
        const Slab& slab = *slabs_[offset / Slab::kSizeBytes - firstSlab_];
        ranges[count++] = {slab.bytes.get() + at, static_cast<std::size_t>(size)};
        offset += size;
    }
    return {ranges.data(), count};
}

void WireLog::keep(std::uint64_t offset, std::uint64_t end, Leftover& out) const {
    while (offset < end) {
        const std::size_t at = offset % Slab::kSizeBytes;
        const std::uint64_t size = std::min<std::uint64_t>(end - offset, Slab::kSizeBytes - at);
        const std::shared_ptr<const Slab>& slab = slabs_[offset / Slab::kSizeBytes - firstSlab_];
        out.add(slab, {slab->bytes.get() + at, static_cast<std::size_t>(size)});
        offset += size;
    }
}

} // namespace hookcast::hub
