#include "rtp/StreamTracks.h"

#include "media/AvcConfig.h"
#include "media/FlvBody.h"
#include "media/HevcConfig.h"

#include <fmt/format.h>

#include <string>

namespace hookcast::rtp {

namespace {

template <typename T>
base::Result<TrackDescription> describe(base::Result<T> config, std::uint8_t payloadType,
                                        TrackDescription (*describer)(const T&, std::uint8_t)) {
    if (!config) return config.error();
    return describer(config.value(), payloadType);
}

std::string noFormatFor(media::Codec codec) {
    return fmt::format("no RTP payload format for {}", media::nameOf(codec));
}

base::Result<TrackDescription> describeVideo(const media::Frame& frame, const TrackName& name) {
    const auto body = media::readVideoBody(frame.body, name.number);
    if (!body) return base::Error{"no RTP payload format for this video codec"};
    const std::uint8_t payloadType = payloadTypeOf(name.track);
    switch (body->codec) {
    case media::Codec::Avc:
    case media::Codec::Hevc: break;
    default: return base::Error{noFormatFor(body->codec)};
    }
    if (body->part != media::BodyPart::Config) return base::Error{"not a codec configuration"};
    if (body->codec == media::Codec::Avc)
        return describe(media::AvcConfig::readRecord(body->payload), payloadType, describeAvc);
    return describe(media::HevcConfig::readRecord(body->payload), payloadType, describeHevc);
}

base::Result<TrackDescription> describeAudio(const media::Frame& frame, const TrackName& name) {
    const auto body = media::readAudioBody(frame.body, name.number);
    if (!body) return base::Error{"no RTP payload format for this audio codec"};
    const std::uint8_t payloadType = payloadTypeOf(name.track);
    switch (body->codec) {
    case media::Codec::Aac:
        if (body->part != media::BodyPart::Config) return base::Error{"not a codec configuration"};
        return describeAac(body->payload, payloadType);
    case media::Codec::Opus: return describeOpus(payloadType);
    case media::Codec::Mp3: return describeMp3();
    case media::Codec::G711A:
    case media::Codec::G711U: return describeG711(body->codec);
    default: return base::Error{noFormatFor(body->codec)};
    }
}

} // namespace

media::FramePtr tellsOf(const hub::StreamHeaders& headers, std::size_t track) {
    if (track == kVideoTrack) return headers.videoConfig;
    if (track == kAudioTrack) return headers.audioConfig != nullptr ? headers.audioConfig : headers.audioSample;
    return headers.tellsOf(track - kFirstMoreTrack);
}

TrackName nameOf(const hub::StreamHeaders& headers, std::size_t track) {
    return {track, track < kFirstMoreTrack ? std::uint8_t{0} : headers.more.all()[track - kFirstMoreTrack].number};
}

base::Result<TrackDescription> describeTrack(const media::Frame& frame, const TrackName& name) {
    if (frame.carriage == media::Carriage::Rtp) return describeOpaque(base::asText(frame.body));
    return frame.kind == media::FrameKind::Video ? describeVideo(frame, name) : describeAudio(frame, name);
}

} // namespace hookcast::rtp
