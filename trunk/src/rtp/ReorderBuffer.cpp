#include "rtp/ReorderBuffer.h"

#include "rtp/RtpPacket.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace hookcast::rtp {

namespace {

constexpr std::size_t kMaxPackets = 16384;

/// MAX_MISORDER of RFC 3550, A.1: further back than that is no packet that was late.
constexpr int kMaxMisorder = 100;

} // namespace

ReorderBuffer::ReorderBuffer(const Limits& limits)
    : limits_{std::clamp<std::size_t>(limits.packets, 1, kMaxPackets), limits.waitMs},
      slots_(std::bit_ceil(limits_.packets + 1)) {}

void ReorderBuffer::push(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs) {
    if (!begun_) {
        begun_ = true;
        expected_ = sequence;
    }
    const int distance = sequenceDistance(sequence, expected_);
    if (distance >= static_cast<int>(slots_.size()) || distance < -kMaxMisorder) {
        pushFar(sequence, std::move(packet), nowMs);
        return;
    }
    if (stray_) {
        stray_.reset();
        ++counters_.strays;
    }
    if (distance < 0 || slot(sequence).filled) {
        ++counters_.dropped;
        return;
    }
    store(sequence, std::move(packet), nowMs);
}

std::optional<base::Bytes> ReorderBuffer::pop(std::int64_t nowMs) {
    if (held_ == 0) return std::nullopt;
    if (!slot(expected_).filled) {
        const std::uint16_t first = firstHeld();
        if (held_ <= limits_.packets && nowMs - slot(first).arrivedMs < limits_.waitMs) return std::nullopt;
        counters_.lost += static_cast<std::uint64_t>(sequenceDistance(first, expected_));
        expected_ = first;
    }
    Slot& next = slot(expected_);
    next.filled = false;
    --held_;
    ++expected_;
    return std::exchange(next.packet, {});
}

std::optional<std::int64_t> ReorderBuffer::deadlineMs() const {
    if (held_ == 0) return std::nullopt;
    const Slot& next = slot(firstHeld());
    return slot(expected_).filled ? next.arrivedMs : next.arrivedMs + limits_.waitMs;
}

void ReorderBuffer::store(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs) {
    slot(sequence) = {std::move(packet), nowMs, true};
    ++held_;
}

void ReorderBuffer::pushFar(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs) {
    if (stray_ && sequenceDistance(sequence, stray_->sequence) == 1) {
        const Stray before = std::move(*stray_);
        restartAt(before.sequence);
        store(before.sequence, before.packet, before.arrivedMs);
        store(sequence, std::move(packet), nowMs);
        return;
    }
    if (stray_) ++counters_.strays;
    stray_ = {sequence, std::move(packet), nowMs};
}

/// What is held belongs to the sequence that ended, behind a gap that nobody fills any more.
void ReorderBuffer::restartAt(std::uint16_t sequence) {
    counters_.lost += held_;
    ++counters_.restarts;
    for (Slot& slot : slots_) slot = {};
    held_ = 0;
    stray_.reset();
    expected_ = sequence;
}

/// Only when something is held.
std::uint16_t ReorderBuffer::firstHeld() const {
    std::uint16_t sequence = expected_;
    while (!slot(sequence).filled) ++sequence;
    return sequence;
}

} // namespace hookcast::rtp
