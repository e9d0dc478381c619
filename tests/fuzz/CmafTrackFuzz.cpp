#include "media/CmafTrack.h"
#include "media/CmafWriter.h"
#include "media/FlvBody.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

using namespace hookcast;

/// The first byte chooses a codec, the second how much of the rest is its configuration; what follows is a frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    static constexpr media::Codec kCodecs[] = {media::Codec::Avc, media::Codec::Hevc, media::Codec::Av1,
                                               media::Codec::Vp9, media::Codec::Aac,  media::Codec::Opus,
                                               media::Codec::Mp3, media::Codec::Ac3,  media::Codec::Eac3};
    const media::Codec codec = kCodecs[data[0] % std::size(kCodecs)];
    const bool isVideo = data[0] % std::size(kCodecs) < 4;
    const base::ByteSpan rest(data + 2, size - 2);
    const std::size_t configBytes = std::min<std::size_t>(data[1], rest.size());
    const auto frameOf = [&](media::BodyPart part, base::ByteSpan payload) {
        media::Frame frame;
        frame.kind = isVideo ? media::FrameKind::Video : media::FrameKind::Audio;
        frame.body = isVideo ? media::writeVideoBody({codec, part, true, 0, payload})
                             : media::writeAudioBody({codec, part, 44100, 2, payload});
        return frame;
    };
    const media::Frame config = frameOf(media::BodyPart::Config, rest.first(configBytes));
    const media::Frame frame = frameOf(media::BodyPart::Frame, rest.subspan(configBytes));
    const auto track = media::readCmafTrack(configBytes == 0 ? nullptr : &config, frame);
    if (!track) return 0;
    const std::vector<media::CmafTrack> tracks = {*track};
    if (media::writeCmafHeader(tracks).empty() || track->timescale == 0 || track->codecs.empty()) __builtin_trap();
    track->frameTicks(rest);
    return 0;
}
