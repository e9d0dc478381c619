#include "inputs/LibavReader.h"

#include "base/Log.h"
#include "media/FlvStreamReader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

namespace hookcast::inputs {

namespace {

constexpr std::size_t kReadBytes = 32UL * 1024;
constexpr std::int64_t kProbeBytes = 2L * 1024 * 1024;
constexpr std::int64_t kAnalyzeUs = 3'000'000;
/// How long until the end is told again that there was no memory for.
constexpr std::int64_t kTellAgainMs = 100;
constexpr AVRational kMicroseconds = {1, 1'000'000};

std::int64_t nowMs() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::size_t sizeOf(const std::vector<media::ConvertedFrame>& frames) {
    std::size_t bytes = 0;
    for (const media::ConvertedFrame& frame : frames) bytes += frame.body.size();
    return bytes;
}

/// Of both ways, libavformat takes UDP when the source answers TCP with 461.
void setTransport(media::AvOptions& options, config::RtspTransport transport) {
    switch (transport) {
    case config::RtspTransport::Tcp: options.set("rtsp_transport", "tcp"); return;
    case config::RtspTransport::Udp: options.set("rtsp_transport", "udp"); return;
    case config::RtspTransport::Auto: break;
    }
    options.set("rtsp_transport", "udp+tcp");
    options.set("rtsp_flags", "prefer_tcp");
}

/// What it means that all that was asked for was answered with 461 (RFC 2326, 11.3.13).
std::string_view unsupportedTransport(config::RtspTransport transport) {
    switch (transport) {
    case config::RtspTransport::Tcp: return "it does not give its media over tcp, as `transport tcp` wants";
    case config::RtspTransport::Udp: return "it does not give its media over udp, as `transport udp` wants";
    case config::RtspTransport::Auto: break;
    }
    return "it gives its media neither over tcp nor over udp";
}

} // namespace

LibavReader::LibavReader(SourceOptions options, Output output)
    : options_(std::move(options)), kind_(sourceKindOf(options_.url)), output_(std::move(output)),
      thread_([this] { run(); }) {}

LibavReader::~LibavReader() {
    stop();
    thread_.join();
}

void LibavReader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

void LibavReader::taken(std::size_t bytes) {
    {
        const std::lock_guard lock(mutex_);
        untakenBytes_ -= bytes;
    }
    changed_.notify_all();
}

int LibavReader::isInterrupted(void* self) {
    const auto& reader = *static_cast<LibavReader*>(self);
    return reader.stopping_ || nowMs() >= reader.deadlineMs_ ? 1 : 0;
}

void LibavReader::allow(std::int64_t ms) {
    deadlineMs_ = nowMs() + ms;
}

void LibavReader::run() {
    base::Result<void> result;
    try {
        result = read();
    } catch (const std::exception& e) {
        result = base::Error{e.what()};
    }
    input_.reset();
    bytes_.reset();
    while (!stopping_ && !tellEnd(result)) waitUntil(nowMs() + kTellAgainMs);
}

/// False when there is no memory to say so.
bool LibavReader::tellEnd(const base::Result<void>& result) {
    try {
        output_.onEnd(result ? "the source has ended" : result.error().message);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

base::Result<void> LibavReader::read() {
    media::silenceLibav();
    if (kind_.mayBeFlv) {
        const base::Result<bool> isFlv = openBytes();
        if (!isFlv) return isFlv.error();
        if (isFlv.value()) return readFlv();
    }
    for (const auto step : {&LibavReader::open, &LibavReader::makeConverters, &LibavReader::readPackets})
        if (auto done = (this->*step)(); !done) return done;
    return {};
}

void LibavReader::setOptions(media::AvOptions& options) const {
    options.set("protocol_whitelist", kind_.protocols);
    options.set("user_agent", "hookcast");
}

/// What stands before a colon is a protocol to libavformat.
std::string LibavReader::url() const {
    const bool isPath = kind_.isFile && !options_.url.starts_with("file:");
    return isPath ? "file:" + options_.url : options_.url;
}

/// Whether they are FLV.
base::Result<bool> LibavReader::openBytes() {
    allow(options_.timeoutMs);
    media::AvOptions options;
    setOptions(options);
    const AVIOInterruptCB interrupt = {&LibavReader::isInterrupted, this};
    AVIOContext* io = nullptr;
    int code = avio_open2(&io, url().c_str(), AVIO_FLAG_READ, &interrupt, options.get());
    bytes_.reset(io);
    if (code < 0) return failure("the source cannot be opened", code);
    std::array<std::uint8_t, 3> head{};
    code = avio_read(bytes_.get(), head.data(), static_cast<int>(head.size()));
    if (code < static_cast<int>(head.size()))
        return failure("the source cannot be understood", code < 0 ? code : AVERROR_EOF);
    // They are in libavformat's buffer still.
    const std::int64_t at = avio_seek(bytes_.get(), -static_cast<std::int64_t>(head.size()), SEEK_CUR);
    if (at < 0) return failure("the source cannot be understood", static_cast<int>(at));
    return media::beginsFlv(head);
}

base::Result<void> LibavReader::readFlv() {
    media::FlvStreamReader reader;
    base::Bytes buffer(kReadBytes);
    while (!stopping_) {
        allow(options_.stallMs);
        const int size = avio_read_partial(bytes_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (size == 0 || size == AVERROR_EOF) return {};
        if (size < 0) return failure("the source is lost", size);
        base::ByteSpan input = base::ByteSpan(buffer).first(static_cast<std::size_t>(size));
        std::vector<media::ConvertedFrame> frames;
        for (;;) {
            auto frame = reader.next(input);
            if (!frame) return base::Error{"the source cannot be understood: " + frame.error().message};
            if (!frame.value()) break;
            frames.push_back(std::move(*frame.value()));
        }
        if (!frames.empty() && !handOut(std::move(frames))) break;
    }
    return {};
}

base::Result<void> LibavReader::open() {
    allow(options_.timeoutMs);
    input_.reset(avformat_alloc_context());
    if (input_ == nullptr) return base::Error{"no memory for the source"};
    input_->interrupt_callback = {&LibavReader::isInterrupted, this};
    if (bytes_ != nullptr) {
        input_->pb = bytes_.get();
        input_->flags |= AVFMT_FLAG_CUSTOM_IO;
    }
    media::AvOptions options;
    setOptions(options);
    options.set("format_whitelist", kind_.formats);
    options.set("probesize", std::to_string(kProbeBytes));
    options.set("analyzeduration", std::to_string(kAnalyzeUs));
    setTransport(options, options_.transport);
    int code = media::openAvInput(input_, url(), nullptr, options.get());
    if (code < 0) return failure("the source cannot be opened", code);
    code = avformat_find_stream_info(input_.get(), nullptr);
    if (code < 0) return failure("the source cannot be understood", code);
    return {};
}

base::Error LibavReader::failure(const char* what, int code) const {
    const bool isLate = nowMs() >= deadlineMs_;
    if (code == AVERROR(EPROTONOSUPPORT) && !isLate && kind_.protocol == config::Protocol::Rtsp)
        return {fmt::format("{}: {}", what, unsupportedTransport(options_.transport))};
    return {std::string(what) + ": " + (isLate ? "it is silent" : media::libavErrorText(code))};
}

base::Result<void> LibavReader::makeConverters() {
    media::TrackChooser chooser({options_.tracks.program, options_.tracks.audioTrack});
    bool hasTrack = false;
    converters_.resize(input_->nb_streams);
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream& stream = *input_->streams[i];
        stream.discard = AVDISCARD_ALL;
        const AVMediaType type = stream.codecpar->codec_type;
        if (type != AVMEDIA_TYPE_VIDEO && type != AVMEDIA_TYPE_AUDIO) continue;
        auto converter = media::PacketConverter::create(*stream.codecpar, stream.time_base);
        if (!converter) {
            output_.onLeftOut(converter.error().message);
            continue;
        }
        if (!chooser.takes(*input_, static_cast<int>(i))) continue;
        converters_[i] = converter.take();
        stream.discard = AVDISCARD_DEFAULT;
        hasTrack = true;
    }
    if (!hasTrack) return base::Error{"the source has no track that can be carried"};
    if (const std::string others = chooser.leftOut(*input_); !others.empty()) output_.onLeftOut(others);
    return {};
}

base::Result<void> LibavReader::readPackets() {
    const media::AvPacketPtr packet(av_packet_alloc());
    if (packet == nullptr) return base::Error{"no memory for the source"};
    bool isEmpty = true; // since the file was begun
    while (!stopping_) {
        allow(options_.stallMs);
        const int code = av_read_frame(input_.get(), packet.get());
        if (code == AVERROR_EOF && kind_.isFile && !isEmpty && rewind()) {
            isEmpty = true;
            continue;
        }
        if (code == AVERROR_EOF) return {};
        if (code < 0) return failure("the source is lost", code);
        const auto index = static_cast<std::size_t>(packet->stream_index);
        std::vector<media::ConvertedFrame> frames;
        if (index < converters_.size() && converters_[index] != nullptr) {
            isEmpty = false;
            if (kind_.isFile) {
                shift(*packet);
                keepPace(*packet);
            }
            converters_[index]->convert(*packet, frames);
        }
        av_packet_unref(packet.get());
        if (!frames.empty() && !handOut(std::move(frames))) break;
    }
    return {};
}

bool LibavReader::rewind() {
    shiftUs_ = latestUs_ - firstUs_.value_or(latestUs_);
    return av_seek_frame(input_.get(), -1, input_->start_time == AV_NOPTS_VALUE ? 0 : input_->start_time,
                         AVSEEK_FLAG_BACKWARD) >= 0;
}

void LibavReader::shift(AVPacket& packet) {
    const AVRational timeBase = input_->streams[packet.stream_index]->time_base;
    const std::int64_t shift = av_rescale_q(shiftUs_, kMicroseconds, timeBase);
    if (packet.dts != AV_NOPTS_VALUE) packet.dts += shift;
    if (packet.pts != AV_NOPTS_VALUE) packet.pts += shift;
    if (packet.dts == AV_NOPTS_VALUE) return;
    const std::int64_t endUs =
        av_rescale_q(packet.dts + std::max<std::int64_t>(packet.duration, 1), timeBase, kMicroseconds);
    latestUs_ = std::max(latestUs_, endUs);
}

void LibavReader::keepPace(const AVPacket& packet) {
    if (packet.dts == AV_NOPTS_VALUE) return;
    const std::int64_t timeUs =
        av_rescale_q(packet.dts, input_->streams[packet.stream_index]->time_base, kMicroseconds);
    if (!firstUs_) firstUs_ = timeUs;
    const SourcePace::Due due = pace_.place(timeUs, nowMs());
    if (due.jumpMs != 0 && !std::exchange(hasJumped_, true))
        output_.onJump(fmt::format("the source's clock jumps {} by {} ms, and is followed from there",
                                   due.jumpMs > 0 ? "forward" : "back", std::abs(due.jumpMs)));
    waitUntil(due.atMs);
}

bool LibavReader::waitUntil(std::int64_t monotonicMs) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(monotonicMs - nowMs(), 0)),
                      [this] { return stopping_.load(); });
    return !stopping_;
}

bool LibavReader::handOut(std::vector<media::ConvertedFrame> frames) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || untakenBytes_ < options_.queueBytes; });
        if (stopping_) return false;
        untakenBytes_ += sizeOf(frames);
    }
    output_.onFrames(std::move(frames));
    return true;
}

} // namespace hookcast::inputs
