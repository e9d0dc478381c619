#include "hls/Packer.h"

#include "hls/Fmp4Packer.h"
#include "hls/TsPacker.h"
#include "media/CmafTrack.h"
#include "media/FlvBody.h"
#include "media/TsMuxer.h"

namespace hookcast::hls {

bool Packer::carries(Container container, media::Codec codec) {
    return container == Container::Fmp4 ? media::cmafCarries(codec) : media::TsMuxer::carries(codec);
}

bool isReadable(Container container, const PackedTrack& track) {
    if (track.sample == nullptr || !Packer::carries(container, codecOf(*track.sample))) return false;
    if (container == Container::Fmp4) return media::readCmafTrack(track.config.get(), *track.sample).has_value();
    media::TsMuxer probe;
    if (track.config != nullptr) probe.learn(*track.config);
    probe.learn(*track.sample);
    return probe.knowsTracks();
}

std::unique_ptr<Packer> makePacker(Container container, const PackedTracks& tracks) {
    if (container == Container::Fmp4) return Fmp4Packer::create(tracks);
    return std::make_unique<TsPacker>(tracks);
}

Description describe(const PackedTracks& tracks) {
    Description described;
    for (const PackedTrack* const track : {&tracks.video, &tracks.audio}) {
        if (track->sample == nullptr) continue;
        const auto facts = media::readCmafTrack(track->config.get(), *track->sample);
        // Half of the codecs would be a lie.
        if (!facts) return {};
        if (!described.codecs.empty()) described.codecs += ',';
        described.codecs += facts->codecs;
        if (!facts->isVideo) continue;
        described.width = facts->width;
        described.height = facts->height;
    }
    return described;
}

std::optional<MediaFrame> readMedia(const media::FramePtr& frame) {
    MediaFrame read;
    read.frame = frame;
    if (frame->kind == media::FrameKind::Video) {
        const auto video = media::readVideoBody(frame->body);
        if (!video || video->part != media::BodyPart::Frame) return std::nullopt;
        read.codec = video->codec;
        read.isVideo = true;
        read.isKeyframe = video->isKeyframe;
        read.ctsMs = video->ctsMs;
        read.payload = video->payload;
    } else {
        const auto audio = media::readAudioBody(frame->body);
        if (!audio || audio->part != media::BodyPart::Frame) return std::nullopt;
        read.codec = audio->codec;
        read.isKeyframe = true;
        read.payload = audio->payload;
    }
    if (read.payload.empty()) return std::nullopt;
    return read;
}

} // namespace hookcast::hls
