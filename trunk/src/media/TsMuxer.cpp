#include "media/TsMuxer.h"

#include "media/AdtsHeader.h"
#include "media/MetadataCodecs.h"

#include <algorithm>
#include <utility>

namespace hookcast::media {

namespace {

constexpr std::int64_t kTicksPerMs = 90;
/// Times that go back by less are pushed forward, so that they rise; by more, time starts anew.
constexpr std::int64_t kRewindTicks = 1000 * kTicksPerMs;
constexpr int kTableVersions = 32;
constexpr std::uint32_t kMpeg1AudioRate = 32000; ///< the lowest

} // namespace

bool TsMuxer::carries(Codec codec) {
    switch (codec) {
    case Codec::Avc:
    case Codec::Hevc:
    case Codec::Aac:
    case Codec::Mp3:
    case Codec::Opus:
    case Codec::Ac3:
    case Codec::Eac3: return true;
    default: return false;
    }
}

void TsMuxer::learn(const Frame& frame) {
    if (frame.carriage != Carriage::Flv) return;
    if (frame.role == FrameRole::Metadata) {
        const MetadataCodecs announced = readMetadataCodecs(frame.body);
        video_.announced = carries(announced.video) ? announced.video : Codec::None;
        audio_.announced = carries(announced.audio) ? announced.audio : Codec::None;
    } else if (frame.kind == FrameKind::Video) {
        if (const auto video = readVideoBody(frame.body)) learnVideo(*video);
    } else if (frame.kind == FrameKind::Audio) {
        if (const auto audio = readAudioBody(frame.body)) learnAudio(*audio);
    }
}

void TsMuxer::learnVideo(const VideoBody& video) {
    if (video.part != BodyPart::Config || !carries(video.codec)) return;
    auto writer = AnnexBWriter::create(video.codec, video.payload);
    if (!writer) return; // frames are left out until there is a configuration that can be read
    annexB_ = writer.take();
    video_.codec = video.codec;
}

void TsMuxer::learnAudio(const AudioBody& audio) {
    if (!carries(audio.codec)) return;
    const bool isConfig = audio.part == BodyPart::Config;
    if (audio.codec == Codec::Aac) {
        if (!isConfig) return;
        const auto config = AacConfig::read(audio.payload);
        // One that ADTS cannot say cannot be carried.
        if (!config || !AdtsHeader::write(config.value(), 0)) return;
        aac_ = config.value();
    } else if (audio.codec == Codec::Opus && isConfig) {
        opusHead_.assign(audio.payload.begin(), audio.payload.end());
    } else if (audio.codec == Codec::Mp3) {
        isMpeg2Audio_ = audio.sampleRate != 0 && audio.sampleRate < kMpeg1AudioRate;
    }
    audio_.codec = audio.codec;
}

base::ByteSpan TsMuxer::write(const Frame& frame, std::int64_t dtsMs) {
    if (frame.carriage != Carriage::Flv) return {};
    if (frame.role == FrameRole::Metadata || frame.role == FrameRole::CodecConfig) {
        learn(frame);
        return {};
    }
    forgetAbsent(dtsMs);
    if (frame.kind == FrameKind::Video) {
        const auto video = readVideoBody(frame.body);
        if (video && video->part == BodyPart::Frame && carries(video->codec)) return writeVideo(*video, dtsMs);
    } else if (frame.kind == FrameKind::Audio) {
        const auto audio = readAudioBody(frame.body);
        if (audio && audio->part == BodyPart::Frame && carries(audio->codec)) return writeAudio(*audio, dtsMs);
    }
    return {};
}

base::ByteSpan TsMuxer::writeVideo(const VideoBody& video, std::int64_t dtsMs) {
    if (!annexB_ || video_.codec != video.codec) return leaveOut();
    const auto bytes = annexB_->write(video.payload, video.isKeyframe);
    if (!bytes) return leaveOut();
    return writeUnit(video_,
                     {bytes.value(), dtsMs * kTicksPerMs, (dtsMs + video.ctsMs) * kTicksPerMs, true, video.isKeyframe});
}

base::ByteSpan TsMuxer::writeAudio(const AudioBody& audio, std::int64_t dtsMs) {
    learnAudio(audio);
    if (audio_.codec != audio.codec) return leaveOut();
    base::ByteSpan bytes = audio.payload;
    if (audio.codec == Codec::Aac) {
        const auto header = AdtsHeader::write(*aac_, audio.payload.size());
        if (!header) return leaveOut();
        adts_.assign(header.value().begin(), header.value().end());
        adts_.insert(adts_.end(), audio.payload.begin(), audio.payload.end());
        bytes = adts_;
    }
    return writeUnit(audio_, {bytes, dtsMs * kTicksPerMs, dtsMs * kTicksPerMs, false, false});
}

base::ByteSpan TsMuxer::writeUnit(Track& track, TsUnit unit) {
    const bool timeWentBack = track.latestDts90kHz != INT64_MIN && unit.dts90kHz < track.latestDts90kHz - kRewindTicks;
    if (unit.bytes.empty() || !prepareWriter(timeWentBack)) return leaveOut();
    // Two frames of one millisecond differ by a tick: the muxer wants times that rise.
    if (track.latestDts90kHz != INT64_MIN) unit.dts90kHz = std::max(unit.dts90kHz, track.latestDts90kHz + 1);
    unit.pts90kHz = std::max(unit.pts90kHz, unit.dts90kHz);
    unit.wantsTables = owesTables_ || (unit.isVideo && unit.isKeyframe);
    const auto packets = writer_->write(unit);
    if (!packets) return leaveOut();
    owesTables_ = false;
    track.latestDts90kHz = unit.dts90kHz;
    return packets.value();
}

base::ByteSpan TsMuxer::leaveOut() {
    ++leftOutFrames_;
    return {};
}

void TsMuxer::forgetAbsent(std::int64_t dtsMs) {
    if (!firstDtsMs_) firstDtsMs_ = dtsMs;
    if (dtsMs - *firstDtsMs_ < kAnnouncedMs) return;
    video_.announced = Codec::None;
    audio_.announced = Codec::None;
}

bool TsMuxer::prepareWriter(bool timeWentBack) {
    TsProgram wanted = wantedProgram();
    if (writer_ != nullptr && !timeWentBack && writer_->program() == wanted) return true;
    const bool isFollowing = version_ >= 0 || begin_ == Begin::AfterDiscontinuity;
    version_ = (version_ + 1) % kTableVersions;
    auto created = TsProgramWriter::create(std::move(wanted), version_, isFollowing);
    if (!created) return false;
    writer_ = created.take();
    if (timeWentBack) video_.latestDts90kHz = audio_.latestDts90kHz = INT64_MIN;
    return true;
}

TsProgram TsMuxer::wantedProgram() const {
    TsProgram program;
    program.video = video_.expected();
    program.audio = audio_.expected();
    program.isMpeg2Audio = program.audio == Codec::Mp3 && isMpeg2Audio_;
    if (program.audio == Codec::Opus) program.opusHead = opusHead_;
    return program;
}

base::Bytes TsMuxer::tables() const {
    return writer_ != nullptr ? writer_->tables() : base::Bytes{};
}

} // namespace hookcast::media
