#include "rtp/StreamTracks.h"

#include "media/AvcConfig.h"
#include "media/FlvBody.h"
#include "media/HevcConfig.h"

namespace hookcast::rtp {

namespace {

template <typename T>
base::Result<TrackDescription> describe(base::Result<T> config, TrackDescription (*describer)(const T&)) {
    if (!config) return config.error();
    return describer(config.value());
}

base::Result<TrackDescription> describeVideo(const media::Frame& frame) {
    const auto body = media::readVideoBody(frame.body);
    if (!body || body->part != media::BodyPart::Config) return base::Error{"not a codec configuration"};
    switch (body->codec) {
    case media::Codec::Avc: return describe(media::AvcConfig::readRecord(body->payload), describeAvc);
    case media::Codec::Hevc: return describe(media::HevcConfig::readRecord(body->payload), describeHevc);
    default: return base::Error{"no RTP payload format for this video codec"};
    }
}

base::Result<TrackDescription> describeAudio(const media::Frame& frame) {
    const auto body = media::readAudioBody(frame.body);
    if (!body) return base::Error{"no RTP payload format for this audio codec"};
    switch (body->codec) {
    case media::Codec::Aac:
        if (body->part != media::BodyPart::Config) return base::Error{"not a codec configuration"};
        return describeAac(body->payload);
    case media::Codec::Opus: return describeOpus();
    case media::Codec::Mp3: return describeMp3();
    case media::Codec::G711A:
    case media::Codec::G711U: return describeG711(body->codec);
    default: return base::Error{"no RTP payload format for this audio codec"};
    }
}

} // namespace

base::Result<TrackDescription> describeTrack(const media::Frame& frame) {
    if (frame.carriage == media::Carriage::Rtp) return describeOpaque(base::asText(frame.body));
    return frame.kind == media::FrameKind::Video ? describeVideo(frame) : describeAudio(frame);
}

std::optional<TrackDescription> describeTrack(const hub::StreamHeaders& headers, std::size_t track) {
    const media::FramePtr& config = track == kVideoTrack ? headers.videoConfig : headers.audioConfig;
    const media::FramePtr& frame = config == nullptr && track == kAudioTrack ? headers.audioSample : config;
    if (frame == nullptr) return std::nullopt;
    auto description = describeTrack(*frame);
    if (!description) return std::nullopt;
    return description.take();
}

} // namespace hookcast::rtp
