#include "media/TsDemuxer.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <span>
#include <utility>

namespace hookcast::media {

namespace {

/// What libavformat reads at once: a few messages of SRT, so that the first tables are looked at when they come.
constexpr int kIoBufferBytes = 7 * 188;

/// How far libavformat looks for the tables at first; then it goes by what the packets say themselves. It keeps all of
/// that, to go back, and fills as much memory with what comes behind: with its own 5 MB each publisher would cost
/// those. Tables come ten times a second, so that this is enough for 80 Mbit/s.
constexpr std::int64_t kSearchBytes = 1024 * 1024;

/// How long until the end is told again that there was no memory for.
constexpr std::chrono::milliseconds kTellAgain{100};

} // namespace

TsDemuxer::TsDemuxer(const Limits& limits, const TrackChooser::Wish& wish, Output output)
    : limits_(limits), output_(std::move(output)), chooser_(wish), thread_([this] { run(); }) {}

TsDemuxer::~TsDemuxer() {
    stop();
    thread_.join();
}

bool TsDemuxer::push(base::ByteSpan bytes) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() + bytes.size() > limits_.queueBytes) return false;
        queue_.insert(queue_.end(), bytes.begin(), bytes.end());
    }
    changed_.notify_one();
    return true;
}

void TsDemuxer::finish() {
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
    }
    changed_.notify_one();
}

void TsDemuxer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
}

void TsDemuxer::run() {
    base::Result<void> ended;
    try {
        ended = demux();
        if (!stopping_) handOut();
    } catch (const std::exception& e) {
        ended = base::Error{e.what()};
    }
    while (!stopping_ && !tellEnd(ended)) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kTellAgain, [this] { return stopping_.load(); });
    }
}

/// False when there is no memory to say so.
bool TsDemuxer::tellEnd(const base::Result<void>& ended) {
    try {
        output_.onEnd(ended);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

base::Result<void> TsDemuxer::demux() {
    silenceLibav();
    const AvPacketPtr packet(av_packet_alloc());
    const AvIoPtr io = makeAvIo(kIoBufferBytes, this, readInput, nullptr);
    AvInputPtr source(avformat_alloc_context());
    if (packet == nullptr || io == nullptr || source == nullptr) return base::Error{"no memory for the demuxer"};
    source->pb = io.get();
    source->probesize = kSearchBytes;
    source->interrupt_callback = {isStopping, this};
    source->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_NOBUFFER;
    source->correct_ts_overflow = 0; // clock_ does it, and for more than one wrap
    if (openAvInput(source, "", av_find_input_format("mpegts")) < 0) {
        if (failure_ != nullptr) std::rethrow_exception(failure_);
        return base::Error{"no MPEG transport stream"};
    }
    int code = 0;
    while (!stopping_) {
        code = av_read_frame(source.get(), packet.get());
        if (code == AVERROR(EAGAIN)) continue; // it has searched 64 KiB in vain for a packet's beginning
        if (code < 0) break;
        take(*packet, *source);
        av_packet_unref(packet.get());
    }
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    if (gatheredTooMuch_) return base::Error{"more than message_size of the transport stream without a frame"};
    if (code != AVERROR_EOF && !stopping_) return base::Error{"MPEG transport stream: " + libavErrorText(code)};
    return {};
}

int TsDemuxer::readInput(void* self, std::uint8_t* buffer, int size) {
    auto& demuxer = *static_cast<TsDemuxer*>(self);
    try {
        return demuxer.read(buffer, size);
    } catch (...) {
        // Nothing may be thrown through libavformat.
        demuxer.failure_ = std::current_exception();
        return AVERROR_EXIT;
    }
}

int TsDemuxer::isStopping(void* self) {
    return static_cast<TsDemuxer*>(self)->stopping_ ? 1 : 0;
}

int TsDemuxer::read(std::uint8_t* buffer, int size) {
    if (inputRead_ == input_.size()) {
        input_.clear();
        inputRead_ = 0;
        std::unique_lock lock(mutex_);
        if (queue_.empty() && !finished_ && !stopping_) {
            lock.unlock();
            handOut(); // before it sleeps
            lock.lock();
            changed_.wait(lock, [this] { return !queue_.empty() || finished_ || stopping_; });
        }
        if (stopping_) return AVERROR_EXIT;
        if (queue_.empty()) return AVERROR_EOF;
        std::swap(input_, queue_);
    }
    const std::size_t taken = std::min(static_cast<std::size_t>(size), input_.size() - inputRead_);
    const base::ByteSpan bytes = base::ByteSpan(input_).subspan(inputRead_, taken);
    std::copy(bytes.begin(), bytes.end(), buffer);
    inputRead_ += taken;
    noteWaiting(bytes);
    return gatheredTooMuch_ ? AVERROR_EXIT : static_cast<int>(taken);
}

void TsDemuxer::noteWaiting(base::ByteSpan bytes) {
    waiting_.add(bytes);
    sinceLastPacket_ += bytes.size();
    const bool isTooMuch =
        sinceLastPacket_ > limits_.gatherBytes ||
        std::any_of(pids_.begin(), pids_.end(), [this](int pid) { return waiting_.of(pid) > limits_.gatherBytes; });
    gatheredTooMuch_ = gatheredTooMuch_ || isTooMuch;
}

void TsDemuxer::take(AVPacket& packet, const AVFormatContext& source) {
    const AVStream& stream = *source.streams[packet.stream_index];
    waiting_.restart(stream.id);
    sinceLastPacket_ = 0;
    pids_.clear();
    for (const AVStream* const each : std::span(source.streams, source.nb_streams)) {
        const AVMediaType type = each->codecpar->codec_type;
        if (type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO) pids_.push_back(each->id);
    }
    const Track& track = trackOf(stream);
    if (track.converter == nullptr || !isChosen(source, packet.stream_index)) return;
    const bool hasDts = packet.dts != AV_NOPTS_VALUE;
    if (hasDts) packet.dts = clock_.place(packet.dts);
    if (packet.pts != AV_NOPTS_VALUE)
        packet.pts = hasDts ? ClockUnwrapper::near(packet.pts, packet.dts) : clock_.place(packet.pts);
    track.converter->convert(packet, frames_);
}

/// Two of a kind would be one track of the stream, with the media of both in turns.
bool TsDemuxer::isChosen(const AVFormatContext& source, int index) {
    if (chooser_.takes(source, index)) return true;
    if (toldChoice_) return false;
    // Nothing, where the tables say no more what the packet is of.
    std::string others = chooser_.leftOut(source);
    toldChoice_ = !others.empty();
    if (toldChoice_) output_.onLeftOut(std::move(others));
    return false;
}

TsDemuxer::Track& TsDemuxer::trackOf(const AVStream& stream) {
    Track& track = tracks_[stream.index];
    if (track.codecId == stream.codecpar->codec_id) return track;
    track.codecId = stream.codecpar->codec_id;
    auto created = PacketConverter::create(*stream.codecpar, stream.time_base);
    if (created)
        track.converter = created.take();
    else
        track.converter.reset();
    if (!created) output_.onLeftOut(created.error().message);
    return track;
}

void TsDemuxer::handOut() {
    if (frames_.empty()) return;
    output_.onFrames(std::exchange(frames_, {}));
}

} // namespace hookcast::media
