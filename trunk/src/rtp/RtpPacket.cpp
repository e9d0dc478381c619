#include "rtp/RtpPacket.h"

#include "base/ByteReader.h"

#include <fmt/format.h>

namespace hookcast::rtp {

namespace {

constexpr unsigned kVersion = 2;

} // namespace

std::array<std::uint8_t, RtpHeader::kSizeBytes> RtpHeader::bytes() const {
    const auto byte = [](std::uint32_t value) { return static_cast<std::uint8_t>(value); };
    return {byte(kVersion << 6U),   byte((marker ? 0x80U : 0U) | (payloadType & 0x7FU)),
            byte(sequence >> 8U),   byte(sequence),
            byte(timestamp >> 24U), byte(timestamp >> 16U),
            byte(timestamp >> 8U),  byte(timestamp),
            byte(ssrc >> 24U),      byte(ssrc >> 16U),
            byte(ssrc >> 8U),       byte(ssrc)};
}

base::Result<RtpPacketView> RtpPacketView::parse(base::ByteSpan packet) {
    base::ByteReader reader(packet);
    RtpPacketView view;
    view.whole = packet;
    const std::uint8_t first = reader.u8();
    const std::uint8_t second = reader.u8();
    view.header.marker = (second & 0x80U) != 0;
    view.header.payloadType = second & 0x7FU;
    view.header.sequence = reader.u16();
    view.header.timestamp = reader.u32();
    view.header.ssrc = reader.u32();
    view.csrcCount = first & 0x0FU;
    reader.bytes(view.csrcCount * std::size_t{4});
    view.hasExtension = (first & 0x10U) != 0;
    if (view.hasExtension) {
        reader.u16();
        const std::size_t words = reader.u16();
        reader.bytes(words * 4);
    }
    if (!reader.ok())
        return base::Error{fmt::format("an RTP packet of {} bytes is shorter than its header", packet.size())};
    if (first >> 6U != kVersion) return base::Error{fmt::format("RTP version {} instead of 2", first >> 6U)};
    view.payload = reader.rest();
    if ((first & 0x20U) != 0) {
        const std::size_t paddingBytes = view.payload.empty() ? 0 : view.payload.back();
        if (paddingBytes == 0 || paddingBytes > view.payload.size()) {
            return base::Error{
                fmt::format("{} bytes of RTP padding in a payload of {}", paddingBytes, view.payload.size())};
        }
        view.payload = view.payload.first(view.payload.size() - paddingBytes);
    }
    return view;
}

} // namespace hookcast::rtp
