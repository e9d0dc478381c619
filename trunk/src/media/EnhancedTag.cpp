#include "media/EnhancedTag.h"

#include "base/ByteReader.h"

#include <algorithm>
#include <cstddef>

namespace hookcast::media {

namespace {

constexpr std::uint8_t kExVideoHeader = 0x80;
constexpr std::uint8_t kAudioFormatEnhanced = 9;

constexpr std::uint8_t kAudioMultitrack = 5;
constexpr std::uint8_t kVideoMultitrack = 6;
constexpr std::uint8_t kModEx = 7;

/// AvMultitrackType.
constexpr std::uint8_t kOneTrack = 0;
constexpr std::uint8_t kManyTracksManyCodecs = 2;

/// Skips the modifiers behind the first byte; the packet type is behind them.
std::uint8_t skipModifiers(base::ByteReader& reader, std::uint8_t packetType) {
    while (packetType == kModEx && reader.ok()) {
        std::size_t dataBytes = reader.u8() + std::size_t{1};
        if (dataBytes == 256) dataBytes = reader.u16() + std::size_t{1};
        reader.bytes(dataBytes);
        packetType = reader.u8() & 0x0FU;
    }
    return packetType;
}

bool readTracks(base::ByteReader& reader, std::uint8_t multitrackType, std::vector<EnhancedTrack>& tracks) {
    if (multitrackType > kManyTracksManyCodecs) return false;
    const std::uint32_t fourCc = multitrackType == kManyTracksManyCodecs ? 0 : reader.u32();
    do {
        EnhancedTrack track;
        track.fourCc = multitrackType == kManyTracksManyCodecs ? reader.u32() : fourCc;
        track.number = reader.u8();
        track.payload = multitrackType == kOneTrack ? reader.rest() : reader.bytes(reader.u24());
        tracks.push_back(track);
    } while (reader.ok() && reader.remaining() > 0);
    return reader.ok();
}

bool isLayoutPacket(FrameKind kind, const EnhancedPacket& packet) {
    return kind == FrameKind::Audio && packet.packetType == EnhancedPacket::kMultichannelConfig;
}

} // namespace

const EnhancedTrack* EnhancedPacket::find(std::uint8_t number) const {
    const auto found = std::ranges::find(tracks, number, &EnhancedTrack::number);
    return found == tracks.end() ? nullptr : &*found;
}

bool isEnhanced(FrameKind kind, base::ByteSpan body) {
    if (body.empty()) return false;
    return kind == FrameKind::Video ? (body[0] & kExVideoHeader) != 0 : body[0] >> 4U == kAudioFormatEnhanced;
}

std::optional<EnhancedPacket> readEnhanced(FrameKind kind, base::ByteSpan body) {
    base::ByteReader reader(body);
    EnhancedPacket packet;
    packet.packetType = skipModifiers(reader, reader.u8() & 0x0FU);
    if (packet.packetType == (kind == FrameKind::Video ? kVideoMultitrack : kAudioMultitrack)) {
        const std::uint8_t types = reader.u8();
        packet.packetType = types & 0x0FU;
        if (!readTracks(reader, types >> 4U, packet.tracks)) return std::nullopt;
        return packet;
    }
    EnhancedTrack track;
    track.fourCc = reader.u32();
    track.payload = reader.rest();
    if (!reader.ok()) return std::nullopt;
    packet.tracks.push_back(track);
    return packet;
}

std::vector<std::uint8_t> tracksIn(FrameKind kind, base::ByteSpan body) {
    std::vector<std::uint8_t> numbers;
    if (const auto packet = isEnhanced(kind, body) ? readEnhanced(kind, body) : std::nullopt)
        for (const EnhancedTrack& track : packet->tracks) numbers.push_back(track.number);
    if (numbers.empty()) numbers.push_back(0);
    return numbers;
}

void noteTracks(Frame& frame) {
    if (frame.carriage != Carriage::Flv || frame.kind == FrameKind::Data || !isEnhanced(frame.kind, frame.body)) return;
    const auto packet = readEnhanced(frame.kind, frame.body);
    if (!packet) return;
    frame.track = std::ranges::min_element(packet->tracks, {}, &EnhancedTrack::number)->number;
    frame.isExtra = frame.track != 0 || isLayoutPacket(frame.kind, *packet);
    frame.hasMoreTracks = std::ranges::any_of(packet->tracks, [](const auto& track) { return track.number != 0; });
}

std::vector<std::uint8_t> tracksOf(const Frame& frame) {
    if (frame.carriage != Carriage::Flv) return {frame.track};
    return tracksIn(frame.kind, frame.body);
}

bool isLayout(const Frame& frame) {
    if (frame.carriage != Carriage::Flv || !isEnhanced(frame.kind, frame.body)) return false;
    const auto packet = readEnhanced(frame.kind, frame.body);
    return packet && isLayoutPacket(frame.kind, *packet);
}

} // namespace hookcast::media
