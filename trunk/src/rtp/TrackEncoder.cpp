#include "rtp/TrackEncoder.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/AacConfig.h"
#include "media/AvcConfig.h"
#include "media/AvcNal.h"
#include "media/HevcConfig.h"
#include "media/HevcNal.h"
#include "media/NalUnits.h"
#include "rtp/OwnSource.h"
#include "rtp/StreamTracks.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace hookcast::rtp {

namespace {

/// Frame times in whole milliseconds stray by one from the sample clock that they were rounded from.
constexpr std::int64_t kRoundingMs = 3;

constexpr std::uint32_t kUsualFrameSamples = 1024;

class LogSink final : public PacketSink {
  public:
    explicit LogSink(hub::WireLog& log) : log_(log) {}

    void packet(base::ByteSpan header, base::ByteSpan payload) override {
        log_.append(header);
        log_.append(payload);
    }

  private:
    hub::WireLog& log_;
};

void addAll(const std::vector<base::Bytes>& sets, std::vector<base::Bytes>& all) {
    all.insert(all.end(), sets.begin(), sets.end());
}

bool isParameterSet(media::Codec codec, base::ByteSpan unit) {
    if (codec == media::Codec::Hevc) return media::hevcNalType(unit) == media::HevcNalType::Sps;
    return media::avcNalType(unit) == media::AvcNalType::Sps;
}

} // namespace

TrackEncoder::TrackEncoder(const TrackName& name) : name_(name), ssrc_(randomSsrc()) {}

void TrackEncoder::configure(const media::Frame& frame) {
    auto described = describeTrack(frame, name_);
    if (!described) {
        description_.reset();
        return;
    }
    if (frame.carriage == media::Carriage::Flv) readConfig(frame);
    makePacketizerFor(described.value());
    description_ = described.take();
}

void TrackEncoder::readConfig(const media::Frame& frame) {
    parameterSets_.clear();
    if (const auto audio = media::readAudioBody(frame.body, name_.number);
        frame.kind == media::FrameKind::Audio && audio) {
        const auto config = media::AacConfig::read(audio->payload);
        frameSamples_ = config ? config.value().frameSamples : kUsualFrameSamples;
        return;
    }
    const auto video = media::readVideoBody(frame.body, name_.number);
    if (!video) return;
    if (video->codec == media::Codec::Hevc) {
        const auto config = media::HevcConfig::readRecord(video->payload);
        if (!config) return;
        lengthSizeBytes_ = config.value().lengthSizeBytes;
        addAll(config.value().vps, parameterSets_);
        addAll(config.value().sps, parameterSets_);
        addAll(config.value().pps, parameterSets_);
    } else if (const auto config = media::AvcConfig::readRecord(video->payload)) {
        lengthSizeBytes_ = config.value().lengthSizeBytes;
        addAll(config.value().sps, parameterSets_);
        addAll(config.value().pps, parameterSets_);
    }
}

void TrackEncoder::prepareFor(const media::Frame& frame) {
    if (frame.carriage != media::Carriage::Flv || frame.kind != media::FrameKind::Audio) return;
    const auto body = media::readAudioBody(frame.body, name_.number);
    if (!body || body->part != media::BodyPart::Frame || body->codec == media::Codec::Aac) return;
    if (!description_ || description_->codec != body->codec) configure(frame);
}

void TrackEncoder::append(const media::Frame& frame, hub::WireLog& log) {
    if (frame.carriage == media::Carriage::Rtp)
        appendOpaque(frame, log);
    else if (frame.kind == media::FrameKind::Video)
        appendVideo(frame, log);
    else
        appendAudio(frame, log);
}

TrackEncoder::SenderState TrackEncoder::senderState() const {
    if (packetizer_ == nullptr) return {};
    return {sentBefore_.packets + packetizer_->counters().packets,
            sentBefore_.payloadBytes + packetizer_->counters().payloadBytes};
}

std::uint32_t TrackEncoder::rtpTimestamp(std::int64_t streamMs) const {
    return static_cast<std::uint32_t>(streamMs * clockRate() / 1000);
}

void TrackEncoder::appendVideo(const media::Frame& frame, hub::WireLog& log) {
    const auto body = media::readVideoBody(frame.body, name_.number);
    if (!description_ || !body || body->codec != description_->codec || body->part != media::BodyPart::Frame) return;
    addUnits(*body);
    write(rtpTimestamp(frame.dtsMs + body->ctsMs), log);
}

void TrackEncoder::addUnits(const media::VideoBody& body) {
    // A length that reaches beyond the payload: what stands before it is still of use.
    static_cast<void>(media::splitFrame(body.payload, lengthSizeBytes_, units_));
    const auto isSet = [codec = body.codec](base::ByteSpan unit) { return isParameterSet(codec, unit); };
    if (!body.isKeyframe || std::any_of(units_.begin(), units_.end(), isSet)) return;
    // Who joins late, or was told of another configuration, needs them before each keyframe.
    units_.insert(units_.begin(), parameterSets_.begin(), parameterSets_.end());
}

void TrackEncoder::appendAudio(const media::Frame& frame, hub::WireLog& log) {
    const auto body = media::readAudioBody(frame.body, name_.number);
    if (!description_ || !body || body->codec != description_->codec || body->part != media::BodyPart::Frame) return;
    units_.push_back(body->payload);
    write(audioTimestamp(frame.dtsMs, *body), log);
}

std::uint32_t TrackEncoder::audioTimestamp(std::int64_t dtsMs, const media::AudioBody& body) {
    const bool isG711 = body.codec == media::Codec::G711A || body.codec == media::Codec::G711U;
    const bool isAac = body.codec == media::Codec::Aac;
    if (!isG711 && !isAac) return rtpTimestamp(dtsMs);
    const std::int64_t told = dtsMs * clockRate() / 1000;
    const std::int64_t tolerance = kRoundingMs * clockRate() / 1000;
    const bool continues = nextAudioSample_ && std::llabs(told - *nextAudioSample_) <= tolerance;
    const std::int64_t sample = continues ? *nextAudioSample_ : told;
    nextAudioSample_ = sample + (isAac ? frameSamples_ : static_cast<std::int64_t>(body.payload.size()));
    return static_cast<std::uint32_t>(sample);
}

void TrackEncoder::appendOpaque(const media::Frame& frame, hub::WireLog& log) {
    if (!description_ || description_->codec != media::Codec::None) return;
    base::ByteReader reader(frame.body);
    while (reader.remaining() > 0) {
        const base::ByteSpan packet = reader.bytes(reader.u16());
        if (!packet.empty()) units_.push_back(packet);
    }
    write(rtpTimestamp(frame.dtsMs), log);
}

void TrackEncoder::write(std::uint32_t rtpTimestamp, hub::WireLog& log) {
    LogSink sink(log);
    packetizer_->write(units_, rtpTimestamp, sink);
    units_.clear();
}

void TrackEncoder::makePacketizerFor(const TrackDescription& description) {
    if (packetizer_ != nullptr && description_ && description_->codec == description.codec &&
        description_->payloadType == description.payloadType)
        return;
    PacketizerOptions options;
    options.payloadType = description.payloadType;
    options.channel = channelOf(name_.track);
    options.ssrc = ssrc_;
    sentBefore_ = senderState();
    options.firstSequence = packetizer_ == nullptr ? 0 : packetizer_->nextSequence();
    packetizer_ = makePacketizer(description.codec, options);
}

void appendInterleaved(std::uint8_t channel, base::ByteSpan payload, base::Bytes& out) {
    base::ByteWriter writer(out);
    writer.u8('$');
    writer.u8(channel);
    writer.u16(static_cast<std::uint16_t>(payload.size()));
    writer.bytes(payload);
}

} // namespace hookcast::rtp
