#include "media/CmafTrack.h"

#include "media/CmafSound.h"
#include "media/CmafVideo.h"
#include "media/FlvBody.h"

namespace hookcast::media {

bool cmafCarries(Codec codec) {
    switch (codec) {
    case Codec::Avc:
    case Codec::Hevc:
    case Codec::Av1:
    case Codec::Vp9:
    case Codec::Aac:
    case Codec::Opus:
    case Codec::Mp3:
    case Codec::Ac3:
    case Codec::Eac3: return true;
    default: return false;
    }
}

std::uint32_t CmafTrack::frameTicks(base::ByteSpan payload) const {
    return frameSamples != 0 ? frameSamples : soundSamples(codec, payload);
}

std::optional<CmafTrack> readCmafTrack(const Frame* config, const Frame& sample) {
    if (sample.kind == FrameKind::Video) {
        const auto frame = readVideoBody(sample.body);
        const auto record = config != nullptr ? readVideoBody(config->body) : std::nullopt;
        if (!frame || !record || record->codec != frame->codec || record->part != BodyPart::Config) return std::nullopt;
        return readCmafVideo(record->codec, record->payload, frame->payload);
    }
    const auto frame = readAudioBody(sample.body);
    if (!frame) return std::nullopt;
    const auto record = config != nullptr ? readAudioBody(config->body) : std::nullopt;
    const bool hasRecord = record && record->codec == frame->codec && record->part == BodyPart::Config;
    return readCmafSound(frame->codec, hasRecord ? record->payload : base::ByteSpan{}, frame->payload);
}

} // namespace hookcast::media
