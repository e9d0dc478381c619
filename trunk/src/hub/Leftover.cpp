#include "hub/Leftover.h"

#include <algorithm>
#include <utility>

namespace hookcast::hub {

namespace {

/// Well below what sendmsg() takes (IOV_MAX).
constexpr std::size_t kMaxRanges = 64;

} // namespace

void Leftover::add(std::shared_ptr<const void> owner, base::ByteSpan bytes) {
    if (bytes.empty()) return;
    if (bytes.size() <= kCopyBytes) {
        const auto copy = std::make_shared<const base::Bytes>(bytes.begin(), bytes.end());
        bytes = *copy;
        owner = copy;
    }
    pieces_.push_back({std::move(owner), bytes});
}

std::span<const iovec> Leftover::ranges() {
    ranges_.clear();
    for (std::size_t i = first_; i < pieces_.size() && ranges_.size() < kMaxRanges; ++i) {
        const base::ByteSpan bytes = pieces_[i].bytes;
        ranges_.push_back({const_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    }
    return ranges_;
}

void Leftover::consume(std::size_t bytes) {
    while (bytes > 0) {
        Piece& piece = pieces_[first_];
        const std::size_t taken = std::min(bytes, piece.bytes.size());
        piece.bytes = piece.bytes.subspan(taken);
        bytes -= taken;
        if (!piece.bytes.empty()) return;
        piece.owner.reset();
        ++first_;
    }
    if (first_ == pieces_.size()) clear();
}

base::Bytes Leftover::bytes() const {
    base::Bytes all;
    for (std::size_t i = first_; i < pieces_.size(); ++i)
        all.insert(all.end(), pieces_[i].bytes.begin(), pieces_[i].bytes.end());
    return all;
}

void Leftover::clear() {
    // With their memory: most players never leave anything.
    std::vector<Piece>().swap(pieces_);
    std::vector<iovec>().swap(ranges_);
    first_ = 0;
}

} // namespace hookcast::hub
