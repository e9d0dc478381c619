#include "rtsp/SecureOutbox.h"

#include "rtp/Packetizer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace hookcast::rtsp {

namespace {

/// What the length of an interleaved frame can say.
constexpr std::size_t kLongestPacketBytes = 65535;

/// More than SRTP and SRTCP add to a packet.
constexpr std::size_t kAddedBytes = 32;

} // namespace

void SecureOutbox::consume(std::size_t sizeBytes) {
    begin_ += sizeBytes;
    if (begin_ == end_) begin_ = end_ = 0;
}

bool SecureOutbox::add(base::ByteSpan reply) {
    if (!hasRoomFor(reply.size())) return false;
    append(reply);
    return true;
}

bool SecureOutbox::add(const rtp::FrameCursor::Frame& frame, srtp::Outbound& protection) {
    if (!hasRoomFor(frame.sizeBytes + kAddedBytes)) return false;
    const std::span pieces(frame.pieces.data(), frame.pieceCount);
    const base::ByteSpan packet = frame.channel % 2 == 0 ? protection.rtp(pieces) : protection.rtcp(pieces);
    if (packet.empty() || packet.size() > kLongestPacketBytes) return true;
    const std::array<std::uint8_t, rtp::kInterleavedHeaderBytes> header = {
        '$', frame.channel, static_cast<std::uint8_t>(packet.size() >> 8U), static_cast<std::uint8_t>(packet.size())};
    append(header);
    append(packet);
    return true;
}

base::Bytes SecureOutbox::take() {
    base::Bytes all(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
                    bytes_.begin() + static_cast<std::ptrdiff_t>(end_));
    begin_ = end_ = 0;
    return all;
}

bool SecureOutbox::hasRoomFor(std::size_t sizeBytes) {
    if (isEmpty() && bytes_.size() < std::max(sizeBytes, kUsualBytes)) bytes_.resize(std::max(sizeBytes, kUsualBytes));
    return bytes_.size() - end_ >= sizeBytes;
}

void SecureOutbox::append(base::ByteSpan bytes) {
    std::memcpy(bytes_.data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

} // namespace hookcast::rtsp
