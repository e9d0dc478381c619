#pragma once

#include "base/Bytes.h"
#include "media/Codec.h"
#include "media/Frame.h"

#include <cstdint>
#include <optional>

namespace hookcast::media {

/// What stands in front of the codec's own bytes in an FLV tag (FLV 10.1, E.4; Enhanced RTMP v2).
enum class BodyPart : std::uint8_t {
    Config, ///< AVCDecoderConfigurationRecord, HEVCDecoderConfigurationRecord, AudioSpecificConfig, OpusHead, ...
    Frame,  ///< one access unit: NALUs behind their lengths, one raw AAC frame, one Opus packet, ...
    Other,
};

struct VideoBody {
    Codec codec = Codec::None;
    BodyPart part = BodyPart::Other;
    bool isKeyframe = false;
    std::int32_t ctsMs = 0; ///< presentation time minus decode time
    base::ByteSpan payload; ///< the codec's own bytes, inside the body that was read
};

struct AudioBody {
    Codec codec = Codec::None;
    BodyPart part = BodyPart::Other;
    std::uint32_t sampleRate = 0; ///< as the FLV header says, which for AAC is not to be relied on; 0: it says nothing
    std::uint8_t channels = 0;    ///< likewise
    base::ByteSpan payload;
};

/// What a track has in a body. None for a codec that is not in Codec, a body without that track (only multitrack
/// packets have others than 0), or one cut short.
std::optional<VideoBody> readVideoBody(base::ByteSpan body, std::uint8_t track = 0);
std::optional<AudioBody> readAudioBody(base::ByteSpan body, std::uint8_t track = 0);

/// The codec that a configuration or a frame is of; None where that cannot be read.
Codec codecOf(const Frame& frame);

/// The body of a video tag. H.264 is written in the classic form, everything else as Enhanced RTMP has it.
/// `payload` is copied.
base::Bytes writeVideoBody(const VideoBody& video);

/// The body of an audio tag: the classic form where there is one, else as Enhanced RTMP v2 has it. G.711 is always
/// announced as 8 kHz mono, MP3 as the sample rate nearest to what the form can say.
base::Bytes writeAudioBody(const AudioBody& audio);

/// The body of a data tag that tells which codecs a stream has: onMetaData with `videocodecid` and `audiocodecid`
/// (FLV 10.1, E.5; a FourCC as Enhanced RTMP has it). Codec::None: no such track.
base::Bytes writeMetadata(Codec video, Codec audio);

} // namespace hookcast::media
