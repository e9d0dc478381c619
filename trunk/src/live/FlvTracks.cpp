#include "live/FlvTracks.h"

#include "media/MetadataCodecs.h"

namespace hookcast::live {

namespace {

bool isInFlv(const media::FramePtr& frame) {
    return frame != nullptr && frame->carriage == media::Carriage::Flv;
}

media::Tracks come(const hub::StreamHeaders& headers) {
    return {isInFlv(headers.audioSample), headers.hasPictures};
}

media::MetadataCodecs codecsIn(const hub::StreamHeaders& headers) {
    return headers.metadata == nullptr ? media::MetadataCodecs{} : media::readMetadataCodecs(headers.metadata->body);
}

media::Tracks announced(const hub::StreamHeaders& headers) {
    const media::MetadataCodecs codecs = codecsIn(headers);
    return {isInFlv(headers.audioConfig) || codecs.audio != media::Codec::None,
            isInFlv(headers.videoConfig) || codecs.video != media::Codec::None};
}

} // namespace

bool areTracksKnown(const hub::StreamHeaders& headers) {
    const media::Tracks has = come(headers);
    if (has.all()) return true;
    const media::MetadataCodecs codecs = codecsIn(headers);
    const bool isTold = codecs.audio != media::Codec::None || codecs.video != media::Codec::None;
    const media::Tracks wanted = announced(headers);
    return isTold && (has.audio || !wanted.audio) && (has.video || !wanted.video);
}

media::Tracks announcedTracks(const hub::StreamHeaders& headers, const config::HttpRemuxConfig& remux) {
    const media::Tracks byConfig{remux.hasAudio, remux.hasVideo};
    if (!remux.guessHasAv) return byConfig;
    for (const media::Tracks& tracks : {come(headers), announced(headers)})
        if (tracks.audio || tracks.video) return tracks;
    return byConfig;
}

} // namespace hookcast::live
