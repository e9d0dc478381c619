#include "media/TsPidBytes.h"

#include <algorithm>

namespace hookcast::media {

namespace {

constexpr std::uint8_t kSyncByte = 0x47;

} // namespace

void TsPidBytes::add(base::ByteSpan bytes) {
    while (!bytes.empty()) {
        if (position_ == 0 && bytes.front() != kSyncByte) {
            bytes = bytes.subspan(1);
            continue;
        }
        if (position_ < kHeaderBytes) {
            header_[position_++] = bytes.front();
            bytes = bytes.subspan(1);
            continue;
        }
        const std::size_t rest = std::min(kPacketBytes - position_, bytes.size());
        position_ += rest;
        bytes = bytes.subspan(rest);
        if (position_ < kPacketBytes) return;
        bytes_[(header_[1] & 0x1F) << 8 | header_[2]] += kPacketBytes;
        position_ = 0;
    }
}

std::size_t TsPidBytes::of(int pid) const {
    const auto found = bytes_.find(pid);
    return found == bytes_.end() ? 0 : found->second;
}

} // namespace hookcast::media
