#include "outputs/Mp4File.h"

#include "media/FlvBody.h"
#include "outputs/Mp4Copy.h"

#include <algorithm>
#include <utility>

namespace hookcast::outputs {

namespace {

constexpr int kIoBufferBytes = 64 * 1024;
constexpr AVRational kMilliseconds = {1, 1000};

// The moov waits for the first fragment, as some codecs are only known by their first frame. A fragment is kept in
// memory until it is whole, so it ends with the group of pictures or after this time or size.
constexpr const char* kFlags = "frag_keyframe+delay_moov+default_base_moof";
constexpr std::int64_t kLongestFragmentUs = 4'000'000;
constexpr std::int64_t kLargestFragmentBytes = 16L * 1024 * 1024;

} // namespace

DiskError Mp4File::open(const std::string& path, const hub::StreamHeaders& headers) {
    media::silenceLibav();
    const Mp4Tracks tracks = mp4TracksOf(headers);
    leftOut_ = tracks.leftOut;
    if (tracks.tracks.empty()) return {0, "MP4 cannot carry " + (leftOut_.empty() ? "this stream" : leftOut_)};
    if (DiskError error = file_.create(path)) return error;
    packet_.reset(av_packet_alloc());
    io_ = media::makeAvIo(kIoBufferBytes, this, nullptr, &Mp4File::onOutput);
    if (packet_ == nullptr || io_ == nullptr) return {ENOMEM, "no memory for the MP4 muxer"};
    int code = 0;
    muxer_ = media::makeAvOutput("mp4", code);
    if (muxer_ == nullptr) return fail("no MP4 muxer", code);
    muxer_->pb = io_.get();
    muxer_->flags = AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS;
    if (DiskError error = addTracks(tracks)) return error;
    return begin();
}

DiskError Mp4File::addTracks(const Mp4Tracks& tracks) {
    for (const Mp4Track& track : tracks.tracks) {
        AVStream* const stream = avformat_new_stream(muxer_.get(), nullptr);
        if (stream == nullptr) return {ENOMEM, "no memory for the MP4 muxer"};
        if (const int code = avcodec_parameters_copy(stream->codecpar, track.parameters.get()); code < 0)
            return fail("no track", code);
        stream->time_base = kMilliseconds;
        tracks_[track.kind == media::FrameKind::Video ? 0 : 1] = Track{track.kind, track.codec, stream};
    }
    return {};
}

DiskError Mp4File::begin() {
    media::AvOptions options;
    options.set("movflags", kFlags);
    options.set("frag_duration", kLongestFragmentUs);
    options.set("frag_size", kLargestFragmentBytes);
    const int code = avformat_write_header(muxer_.get(), options.get());
    if (code < 0) return fail("the MP4 muxer does not start", code);
    begun_ = true;
    return {};
}

Mp4File::Track* Mp4File::trackOf(const media::Frame& frame) {
    if (frame.kind == media::FrameKind::Data) return nullptr;
    auto& track = tracks_[frame.kind == media::FrameKind::Video ? 0 : 1];
    return track ? &*track : nullptr;
}

DiskError Mp4File::write(const media::Frame& frame, std::int64_t timestampMs) {
    Track* const track = trackOf(frame);
    if (track == nullptr) return {};
    if (track->kind == media::FrameKind::Video) {
        const auto video = media::readVideoBody(frame.body);
        if (!video || video->part != media::BodyPart::Frame || video->codec != track->codec) return {};
        return take(*track, video->payload, timestampMs, video->ctsMs, video->isKeyframe);
    }
    const auto audio = media::readAudioBody(frame.body);
    if (!audio || audio->part != media::BodyPart::Frame || audio->codec != track->codec) return {};
    return take(*track, audio->payload, timestampMs, 0, true);
}

DiskError Mp4File::take(Track& track, base::ByteSpan payload, std::int64_t dtsMs, std::int32_t ctsMs, bool isSync) {
    if (payload.empty()) return {};
    std::int64_t dts = av_rescale_q(dtsMs, kMilliseconds, track.stream->time_base);
    const std::int64_t cts = av_rescale_q(std::max(ctsMs, 0), kMilliseconds, track.stream->time_base);
    base::Bytes bytes;
    if (track.waiting) {
        // Two frames of one millisecond differ by a tick: the muxer wants times that rise.
        dts = std::max(dts, track.waiting->dts + 1);
        track.duration = dts - track.waiting->dts;
        if (DiskError error = writeWaiting(track)) return error;
        bytes = std::move(track.waiting->payload);
    }
    bytes.assign(payload.begin(), payload.end());
    track.waiting = Waiting{std::move(bytes), dts, dts + cts, isSync};
    return {};
}

DiskError Mp4File::writeWaiting(Track& track) {
    packet_->data = track.waiting->payload.data();
    packet_->size = static_cast<int>(track.waiting->payload.size());
    packet_->dts = track.waiting->dts;
    packet_->pts = track.waiting->pts;
    packet_->duration = track.duration;
    packet_->flags = track.waiting->isSync ? AV_PKT_FLAG_KEY : 0;
    packet_->stream_index = track.stream->index;
    const int code = av_write_frame(muxer_.get(), packet_.get());
    packet_->data = nullptr;
    packet_->size = 0;
    if (code < 0) return fail("the MP4 muxer refuses a frame", code);
    return error_;
}

DiskError Mp4File::finish() {
    DiskError error = error_;
    for (std::optional<Track>& track : tracks_)
        if (begun_ && !error && track && track->waiting) error = writeWaiting(*track);
    if (begun_) {
        if (const int code = av_write_trailer(muxer_.get()); code < 0 && !error) error = fail("no trailer", code);
        avio_flush(io_.get());
    }
    if (!error) error = error_;
    const std::string plain = file_.path() + ".new";
    if (!error) {
        error = copyMp4(file_.temporaryPath(), plain, size_);
        if (!error) return file_.publishAs(plain);
    }
    DiskError unpublished = file_.publish();
    return error ? error : unpublished;
}

void Mp4File::discard() {
    file_.discard();
}

DiskError Mp4File::fail(const std::string& what, int code) {
    if (error_) return error_;
    return {AVUNERROR(code) > 0 ? AVUNERROR(code) : EIO,
            what + " (" + file_.temporaryPath() + "): " + media::libavErrorText(code)};
}

int Mp4File::onOutput(void* self, std::uint8_t* data, int size) {
    auto& file = *static_cast<Mp4File*>(self);
    if (!file.error_) file.error_ = file.file_.write({data, static_cast<std::size_t>(size)});
    if (file.error_) return AVERROR(file.error_.number);
    file.size_ = file.file_.sizeBytes();
    return size;
}

} // namespace hookcast::outputs
