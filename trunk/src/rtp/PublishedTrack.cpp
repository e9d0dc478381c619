#include "rtp/PublishedTrack.h"

#include "base/ByteWriter.h"
#include "media/AvcNal.h"
#include "media/AvcSps.h"
#include "media/FlvBody.h"
#include "media/HevcNal.h"
#include "media/HevcSps.h"
#include "media/Mp3Header.h"
#include "media/NalUnits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::rtp {

namespace {

constexpr std::int64_t kTicksPerMs = 90;

std::uint32_t toMs(std::int64_t ticks) {
    return static_cast<std::uint32_t>((ticks + kTicksPerMs / 2) / kTicksPerMs);
}

/// RFC 7845, 5.1: two channels, 48 kHz, nothing to skip; RTP carries no more.
base::Bytes opusHead(std::uint32_t channels) {
    base::Bytes head;
    base::ByteWriter writer(head);
    writer.text("OpusHead");
    writer.u8(1);
    writer.u8(static_cast<std::uint8_t>(channels));
    writer.bytes(std::array<std::uint8_t, 9>{0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0});
    return head;
}

media::FrameKind frameKind(const SdpMedia& media) {
    return media.kind == SdpKind::Video ? media::FrameKind::Video : media::FrameKind::Audio;
}

} // namespace

base::Result<std::unique_ptr<PublishedTrack>> PublishedTrack::make(const SdpMedia& media, std::size_t maxUnitBytes) {
    auto depacketizer = makeDepacketizer(media, maxUnitBytes);
    if (!depacketizer) return depacketizer.error();
    return std::unique_ptr<PublishedTrack>(new PublishedTrack(media, media.codec(), depacketizer.take(), 0));
}

std::unique_ptr<PublishedTrack> PublishedTrack::makeMore(const SdpMedia& media, std::size_t maxUnitBytes,
                                                         std::uint8_t number) {
    return std::unique_ptr<PublishedTrack>(
        new PublishedTrack(media, media::Codec::None, makeOpaqueDepacketizer(media.kind, maxUnitBytes), number));
}

PublishedTrack::PublishedTrack(SdpMedia media, media::Codec codec, std::unique_ptr<Depacketizer> depacketizer,
                               std::uint8_t number)
    : media_(std::move(media)), codec_(codec), number_(number), depacketizer_(std::move(depacketizer)) {
    depacketizer_->distrustMarkers();
}

void PublishedTrack::begin(hub::Publication& publication) {
    if (codec_ == media::Codec::None) {
        const base::ByteSpan section = base::asBytes(media_.text);
        publication.write(frameKind(media_), media::FrameRole::CodecConfig, 0, {section.begin(), section.end()},
                          media::Carriage::Rtp, number_);
        return;
    }
    avc_ = media_.avcConfig();
    hevc_ = media_.hevcConfig();
    if (media_.kind == SdpKind::Video)
        writeVideoConfig(0, publication);
    else
        writeAudioConfig(0, publication);
}

void PublishedTrack::write(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication) {
    if (codec_ == media::Codec::None)
        writeOpaque(unit, ptsTicks, publication);
    else if (media_.kind == SdpKind::Video)
        writeVideo(unit, ptsTicks, publication);
    else
        writeAudio(unit, ptsTicks, publication);
}

void PublishedTrack::writeVideo(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication) {
    if (unit.hasParameterSets && adoptParameterSets(unit)) {
        configured_ = false;
        decodeTimes_.reset();
    }
    if (!decodeTimes_) decodeTimes_.emplace(reorderDepth());
    const media::FrameTimes times = decodeTimes_->place(ptsTicks);
    if (!configured_) writeVideoConfig(toMs(times.dts), publication);
    // Without its configuration nobody could decode it.
    if (!configured_) return;
    std::vector<base::ByteSpan> units;
    for (const base::Bytes& one : unit.units)
        if (!isParameterSet(one)) units.emplace_back(one);
    if (units.empty()) return;
    base::Bytes payload;
    media::appendLengthPrefixed(std::span<const base::ByteSpan>(units), payload);
    media::VideoBody body;
    body.codec = codec_;
    body.part = media::BodyPart::Frame;
    body.isKeyframe = unit.keyframe;
    body.ctsMs = static_cast<std::int32_t>(toMs(times.pts) - toMs(times.dts));
    body.payload = payload;
    publication.write(media::FrameKind::Video, unit.keyframe ? media::FrameRole::Keyframe : media::FrameRole::Media,
                      toMs(times.dts), media::writeVideoBody(body));
}

void PublishedTrack::writeAudio(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication) {
    followAudioConfig(toMs(ptsTicks), publication);
    for (const base::Bytes& frame : unit.units) {
        media::AudioBody body;
        body.codec = codec_;
        body.part = media::BodyPart::Frame;
        body.sampleRate = media_.clockRate;
        body.channels = static_cast<std::uint8_t>(media_.channels);
        if (codec_ == media::Codec::Mp3) {
            // RTP's clock for MP3 is 90 kHz; what was sampled stands in each frame.
            const auto header = media::Mp3Header::read(frame);
            if (!header) continue;
            body.sampleRate = header.value().sampleRate;
            body.channels = header.value().channels;
        }
        body.payload = frame;
        publication.write(media::FrameKind::Audio, media::FrameRole::Media, toMs(ptsTicks),
                          media::writeAudioBody(body));
    }
}

void PublishedTrack::writeOpaque(const AccessUnit& unit, std::int64_t ptsTicks, hub::Publication& publication) {
    base::Bytes packets;
    base::ByteWriter writer(packets);
    for (const base::Bytes& packet : unit.units) {
        writer.u16(static_cast<std::uint16_t>(packet.size()));
        writer.bytes(packet);
    }
    // Where decoding may begin is not known: anywhere.
    const bool isVideo = media_.kind == SdpKind::Video;
    publication.write(frameKind(media_), isVideo ? media::FrameRole::Keyframe : media::FrameRole::Media, toMs(ptsTicks),
                      std::move(packets), media::Carriage::Rtp, number_);
}

bool PublishedTrack::adoptParameterSets(const AccessUnit& unit) {
    bool changed = false;
    for (const base::Bytes& one : unit.units) {
        if (!isParameterSet(one)) continue;
        const bool isNew = codec_ == media::Codec::Hevc ? hevc_.adopt(one) : avc_.adopt(one);
        changed = changed || isNew;
    }
    return changed;
}

void PublishedTrack::writeVideoConfig(std::uint32_t timestampMs, hub::Publication& publication) {
    const std::optional<base::Bytes> record = configRecord();
    if (!record) return;
    media::VideoBody body;
    body.codec = codec_;
    body.part = media::BodyPart::Config;
    body.isKeyframe = true;
    body.payload = *record;
    publication.write(media::FrameKind::Video, media::FrameRole::CodecConfig, timestampMs, media::writeVideoBody(body));
    configured_ = true;
}

void PublishedTrack::writeAudioConfig(std::uint32_t timestampMs, hub::Publication& publication) {
    base::Bytes config;
    if (codec_ == media::Codec::Aac) {
        const base::ByteSpan told = depacketizer_->audioConfig();
        config.assign(told.begin(), told.end());
    }
    if (codec_ == media::Codec::Opus) config = opusHead(media_.channels);
    if (config.empty()) return;
    media::AudioBody body;
    body.codec = codec_;
    body.part = media::BodyPart::Config;
    body.payload = config;
    publication.write(media::FrameKind::Audio, media::FrameRole::CodecConfig, timestampMs, media::writeAudioBody(body));
    audioConfig_ = std::move(config);
}

/// Some publishers tell it among their packets, and may change it there.
void PublishedTrack::followAudioConfig(std::uint32_t timestampMs, hub::Publication& publication) {
    if (codec_ == media::Codec::Aac && !std::ranges::equal(depacketizer_->audioConfig(), audioConfig_))
        writeAudioConfig(timestampMs, publication);
}

bool PublishedTrack::isParameterSet(base::ByteSpan unit) const {
    if (codec_ == media::Codec::Hevc) {
        const auto type = media::hevcNalType(unit);
        return type == media::HevcNalType::Vps || type == media::HevcNalType::Sps || type == media::HevcNalType::Pps;
    }
    const auto type = media::avcNalType(unit);
    return type == media::AvcNalType::Sps || type == media::AvcNalType::Pps;
}

std::optional<base::Bytes> PublishedTrack::configRecord() const {
    const bool isHevc = codec_ == media::Codec::Hevc;
    if (isHevc ? !hevc_.complete() : !avc_.complete()) return std::nullopt;
    auto record = isHevc ? hevc_.writeRecord() : avc_.writeRecord();
    if (!record) return std::nullopt;
    return record.take();
}

std::optional<unsigned> PublishedTrack::reorderDepth() const {
    if (codec_ == media::Codec::Hevc) {
        if (hevc_.sps.empty()) return std::nullopt;
        const auto sps = media::HevcSps::parse(hevc_.sps.front());
        return sps ? std::optional<unsigned>(sps.value().reorderFrames) : std::nullopt;
    }
    if (avc_.sps.empty()) return std::nullopt;
    const auto sps = media::AvcSps::parse(avc_.sps.front());
    return sps ? sps.value().reorderFrames : std::nullopt;
}

} // namespace hookcast::rtp
