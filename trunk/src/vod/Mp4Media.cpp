#include "vod/Mp4Media.h"

#include "media/LibavHandles.h"
#include "media/PacketConverter.h"
#include "vod/PointCollector.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace hookcast::vod {

namespace {

using media::FrameKind;

constexpr int kBufferBytes = 64 * 1024;
constexpr AVRational kMilliseconds{1, 1000};
/// Frames lie no further apart in the file than this, beyond the order of their times: libavformat's bound.
constexpr std::int64_t kInterleavedMs = 2000;
/// A table of samples that ends so much before the file does is none of all of it.
constexpr std::int64_t kTableToleranceMs = 2000;
constexpr std::array<AVMediaType, 2> kTypes{AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO};

base::Error errorOf(int code) {
    return base::Error{media::libavErrorText(code)};
}

FrameKind kindOf(const AVStream& stream) {
    return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO ? FrameKind::Video : FrameKind::Audio;
}

std::int64_t msOf(std::int64_t time, const AVStream& stream) {
    return av_rescale_q(time, stream.time_base, kMilliseconds);
}

media::Codec codecOf(const AVStream& stream) {
    switch (stream.codecpar->codec_id) {
    case AV_CODEC_ID_H264: return media::Codec::Avc;
    case AV_CODEC_ID_HEVC: return media::Codec::Hevc;
    case AV_CODEC_ID_AAC: return media::Codec::Aac;
    case AV_CODEC_ID_MP3: return media::Codec::Mp3;
    case AV_CODEC_ID_OPUS: return media::Codec::Opus;
    case AV_CODEC_ID_AC3: return media::Codec::Ac3;
    case AV_CODEC_ID_EAC3: return media::Codec::Eac3;
    default: return media::Codec::None;
    }
}

/// A file as libavformat's demuxer reads it. What libavformat opens by itself, it is not let open.
class Input {
  public:
    explicit Input(const files::ServedFile& file) : file_(file) {}
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    base::Result<void> open() {
        media::silenceLibav();
        io_ = media::makeAvIo(kBufferBytes, this, readFile, nullptr);
        input_.reset(avformat_alloc_context());
        packet_.reset(av_packet_alloc());
        if (io_ == nullptr || input_ == nullptr || packet_ == nullptr) return base::Error{"out of memory"};
        io_->seek = seekFile;
        io_->seekable = AVIO_SEEKABLE_NORMAL;
        input_->pb = io_.get();
        input_->flags |= AVFMT_FLAG_CUSTOM_IO;
        const int code = media::openAvInput(input_, {}, av_find_input_format("mp4"));
        if (code < 0) return errorOf(code);
        for (std::size_t i = 0; i < kTypes.size(); ++i) {
            for (unsigned n = 0; n < input_->nb_streams && tracks_[i] == nullptr; ++n)
                if (input_->streams[n]->codecpar->codec_type == kTypes[i]) tracks_[i] = input_->streams[n];
        }
        return {};
    }

    /// The next packet of the tracks; null at the end, and where nothing more can be read.
    const AVPacket* next() {
        for (;;) {
            av_packet_unref(packet_.get());
            if (av_read_frame(input_.get(), packet_.get()) < 0) return nullptr;
            const AVStream* const stream = input_->streams[packet_->stream_index];
            if (std::ranges::count(tracks_, stream) > 0 && packet_->dts != AV_NOPTS_VALUE) return packet_.get();
        }
    }

    AVStream* streamOf(const AVPacket& packet) const { return input_->streams[packet.stream_index]; }
    std::int64_t durationMs() const { return std::max<std::int64_t>(0, input_->duration / (AV_TIME_BASE / 1000)); }
    const std::array<AVStream*, kTypes.size()>& tracks() const { return tracks_; }

    /// To the last place to begin at that is not behind `timeMs`; where that fails, what follows begins at the file's
    /// beginning.
    void seek(std::int64_t timeMs) {
        AVStream* const stream = tracks_[0] != nullptr ? tracks_[0] : tracks_[1];
        const std::int64_t time = av_rescale_q(timeMs, kMilliseconds, stream->time_base);
        av_seek_frame(input_.get(), stream->index, time, AVSEEK_FLAG_BACKWARD);
    }

  private:
    static int readFile(void* self, std::uint8_t* buffer, int size) {
        // Nothing may be thrown through libavformat.
        try {
            return static_cast<Input*>(self)->read(buffer, size);
        } catch (const std::exception&) {
            return AVERROR(ENOMEM);
        }
    }

    int read(std::uint8_t* buffer, int size) {
        base::Bytes bytes;
        if (!file_.read(offset_, static_cast<std::size_t>(size), bytes)) return AVERROR(EIO);
        if (bytes.empty()) return AVERROR_EOF;
        std::ranges::copy(bytes, buffer);
        offset_ += bytes.size();
        return static_cast<int>(bytes.size());
    }

    static std::int64_t seekFile(void* self, std::int64_t offset, int whence) {
        Input& input = *static_cast<Input*>(self);
        const auto size = static_cast<std::int64_t>(input.file_.sizeBytes());
        if ((whence & AVSEEK_SIZE) != 0) return size;
        const std::int64_t from = whence == SEEK_CUR   ? static_cast<std::int64_t>(input.offset_)
                                  : whence == SEEK_END ? size
                                                       : 0;
        if (offset < -from || offset > size - from) return AVERROR(EINVAL);
        input.offset_ = static_cast<std::uint64_t>(from + offset);
        return from + offset;
    }

    // given
    const files::ServedFile& file_;
    // owned; destroyed from the last to the first: the demuxer before what it reads from
    media::AvIoPtr io_;
    media::AvInputPtr input_;
    media::AvPacketPtr packet_;
    // state
    std::uint64_t offset_ = 0;
    std::array<AVStream*, kTypes.size()> tracks_{}; ///< the demuxer's; null where there is none
};

/// A frame of the table of samples.
struct Sample {
    FrameKind kind;
    bool isKeyframe;
    std::int64_t timeMs;
};

/// All of the tables, in the order of their times; empty where they are not of the whole file, as it is fragmented.
std::vector<Sample> samplesOf(const Input& input) {
    std::vector<Sample> samples;
    for (AVStream* const stream : input.tracks()) {
        const int count = stream == nullptr ? 0 : avformat_index_get_entries_count(stream);
        for (int i = 0; i < count; ++i) {
            const AVIndexEntry* const entry = avformat_index_get_entry(stream, i);
            if ((entry->flags & AVINDEX_DISCARD_FRAME) != 0) continue;
            samples.push_back(
                {kindOf(*stream), (entry->flags & AVINDEX_KEYFRAME) != 0, msOf(entry->timestamp, *stream)});
        }
    }
    std::ranges::stable_sort(samples, {}, &Sample::timeMs);
    const bool isWhole = !samples.empty() && samples.back().timeMs + kTableToleranceMs >= input.durationMs();
    return isWhole ? samples : std::vector<Sample>();
}

std::vector<Sample> readSamples(Input& input) {
    std::vector<Sample> samples;
    while (const AVPacket* const packet = input.next()) {
        const AVStream& stream = *input.streamOf(*packet);
        samples.push_back({kindOf(stream), (packet->flags & AV_PKT_FLAG_KEY) != 0, msOf(packet->dts, stream)});
    }
    std::ranges::stable_sort(samples, {}, &Sample::timeMs);
    return samples;
}

/// The frames of a part of a file.
class Cutting {
  public:
    Cutting(Input& input, std::size_t mostBytes) : input_(input), mostBytes_(mostBytes) {}

    /// Of the file's own times, `toMs` excluded; frames count from `fromMs`.
    base::Result<MediaFrames> run(std::int64_t fromMs, std::optional<std::int64_t> toMs) {
        beginsMs_ = fromMs;
        for (std::size_t i = 0; i < kTypes.size(); ++i) {
            const AVStream* const stream = input_.tracks()[i];
            if (stream == nullptr) continue;
            auto converter = media::PacketConverter::create(*stream->codecpar, stream->time_base);
            if (converter) converters_[i] = converter.take();
        }
        // A millisecond further, as times are rounded.
        input_.seek(fromMs + 1);
        while (const AVPacket* const packet = input_.next()) {
            const AVStream& stream = *input_.streamOf(*packet);
            const std::int64_t timeMs = msOf(packet->dts, stream);
            if (toMs && timeMs > *toMs + kInterleavedMs) break;
            if (timeMs < fromMs || (toMs && timeMs >= *toMs)) continue;
            if (const auto taken = take(*packet, kindOf(stream) == FrameKind::Video ? 0 : 1); !taken)
                return taken.error();
        }
        return std::move(frames_);
    }

  private:
    base::Result<void> take(const AVPacket& packet, std::size_t track) {
        if (converters_[track] == nullptr) return {};
        converted_.clear();
        converters_[track]->convert(packet, converted_);
        for (media::ConvertedFrame& one : converted_) {
            usedBytes_ += one.body.size();
            if (usedBytes_ > mostBytes_) return base::Error{"too much between two keyframes"};
            media::Frame frame;
            frame.kind = one.kind;
            frame.role = one.role;
            // Decode times may begin before 0.
            frame.dtsMs = static_cast<std::int32_t>(one.timestampMs) - beginsMs_;
            frame.body = std::move(one.body);
            frames_.push_back(std::move(frame));
        }
        return {};
    }

    // given
    Input& input_;
    std::size_t mostBytes_;
    // owned
    std::array<std::unique_ptr<media::PacketConverter>, kTypes.size()> converters_;
    // state
    std::vector<media::ConvertedFrame> converted_;
    std::int64_t beginsMs_ = 0;
    MediaFrames frames_;
    std::size_t usedBytes_ = 0;
};

} // namespace

base::Result<MediaLength> Mp4Media::length(const files::ServedFile& file) const {
    Input input(file);
    if (const auto opened = input.open(); !opened) return opened.error();
    return MediaLength{input.durationMs()};
}

base::Result<MediaIndex> Mp4Media::index(const files::ServedFile& file) const {
    Input input(file);
    if (const auto opened = input.open(); !opened) return opened.error();
    std::vector<Sample> samples = samplesOf(input);
    if (samples.empty()) samples = readSamples(input);
    MediaIndex index;
    if (input.tracks()[0] != nullptr) index.video = codecOf(*input.tracks()[0]);
    if (input.tracks()[1] != nullptr) index.audio = codecOf(*input.tracks()[1]);
    PointCollector points;
    for (const Sample& sample : samples) points.take(sample.kind, sample.isKeyframe, sample.timeMs, 0, 0);
    return points.finish(std::move(index));
}

base::Result<MediaFrames> Mp4Media::read(const files::ServedFile& file, const MediaIndex& index, std::size_t first,
                                         std::size_t last, std::size_t mostBytes) const {
    Input input(file);
    if (const auto opened = input.open(); !opened) return opened.error();
    std::optional<std::int64_t> toMs;
    if (last < index.points.size()) toMs = index.fileMs(last);
    if (input.tracks()[0] == nullptr && input.tracks()[1] == nullptr) return MediaFrames();
    return Cutting(input, mostBytes).run(index.fileMs(first), toMs);
}

} // namespace hookcast::vod
