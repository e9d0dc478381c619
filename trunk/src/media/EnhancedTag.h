#pragma once

#include "base/Bytes.h"
#include "media/Frame.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::media {

/// What one track has in a packet of Enhanced RTMP.
struct EnhancedTrack {
    std::uint8_t number = 0;
    std::uint32_t fourCc = 0;
    base::ByteSpan payload; ///< behind the FourCC, inside the body that was read
};

/// The packet of Enhanced RTMP v1 or v2 in the body of an FLV tag (v2: "ExVideoTagHeader", "ExAudioTagHeader").
struct EnhancedPacket {
    // Packet types of pictures and sound.
    static constexpr std::uint8_t kSequenceStart = 0;
    static constexpr std::uint8_t kCodedFrames = 1;
    // Of pictures.
    static constexpr std::uint8_t kCodedFramesX = 3;
    static constexpr std::uint8_t kMpeg2TsSequenceStart = 5;
    // Of sound.
    static constexpr std::uint8_t kMultichannelConfig = 4;

    std::uint8_t packetType = 0;       ///< that of the tracks inside, behind modifiers
    std::vector<EnhancedTrack> tracks; ///< at least one; number 0, where the packet names none

    const EnhancedTrack* find(std::uint8_t number) const;
};

/// Whether the body of an audio or video tag has the header of Enhanced RTMP.
bool isEnhanced(FrameKind kind, base::ByteSpan body);

/// For a body that isEnhanced(): none where it is cut short, or a track's size reaches beyond it.
std::optional<EnhancedPacket> readEnhanced(FrameKind kind, base::ByteSpan body);

/// The tracks of its kind that a frame's body is about: 0 alone, unless it is a multitrack packet.
std::vector<std::uint8_t> tracksIn(FrameKind kind, base::ByteSpan body);

/// Whether a frame says where a sound track's channels are, which is no configuration of its codec.
bool isLayout(const Frame& frame);

/// Fills in what the frame's body tells of tracks: `track`, `isExtra` and `hasMoreTracks`.
void noteTracks(Frame& frame);

/// The tracks of its kind that a frame is about, however its body is written.
std::vector<std::uint8_t> tracksOf(const Frame& frame);

} // namespace hookcast::media
