#include "srt/PayloadCutter.h"

#include "hub/TsFormat.h"

#include <algorithm>

namespace hookcast::srt {

namespace {

constexpr std::size_t kPacketBytes = hub::TsFormat::kPacketBytes;

std::size_t wholePackets(std::size_t bytes) {
    return bytes / kPacketBytes * kPacketBytes;
}

} // namespace

PayloadCutter::PayloadCutter(std::size_t payloadBytes) : payloadBytes_(wholePackets(payloadBytes)) {}

PayloadCutter::Outcome PayloadCutter::cut(std::span<const iovec> ranges, const Send& send) {
    Outcome outcome;
    std::size_t inRange = 0; // taken of ranges.front()
    std::size_t left = 0;
    for (const iovec& range : ranges) left += range.iov_len;
    for (left = wholePackets(left); left > 0;) {
        const std::size_t size = std::min(left, payloadBytes_);
        if (!send(next(ranges, inRange, size))) {
            outcome.isFull = true;
            return outcome;
        }
        outcome.takenBytes += size;
        left -= size;
        for (inRange += size; !ranges.empty() && inRange >= ranges.front().iov_len; ranges = ranges.subspan(1))
            inRange -= ranges.front().iov_len;
    }
    return outcome;
}

base::ByteSpan PayloadCutter::next(std::span<const iovec> ranges, std::size_t offset, std::size_t sizeBytes) {
    const auto bytesOf = [](const iovec& range) {
        return base::ByteSpan(static_cast<const std::uint8_t*>(range.iov_base), range.iov_len);
    };
    const base::ByteSpan first = bytesOf(ranges.front()).subspan(offset);
    if (first.size() >= sizeBytes) return first.first(sizeBytes);
    joined_.assign(first.begin(), first.end());
    for (const iovec& range : ranges.subspan(1)) {
        const base::ByteSpan bytes = bytesOf(range).first(std::min(range.iov_len, sizeBytes - joined_.size()));
        joined_.insert(joined_.end(), bytes.begin(), bytes.end());
    }
    return joined_;
}

} // namespace hookcast::srt
