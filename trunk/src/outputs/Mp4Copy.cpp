#include "outputs/Mp4Copy.h"

#include "media/LibavHandles.h"
#include "outputs/Mp4Tracks.h"

#include <unistd.h>

#include <cerrno>

namespace hookcast::outputs {

namespace {

/// libavformat takes what stands before a colon for a protocol.
std::string urlOf(const std::string& path) {
    return "file:" + path;
}

/// libavformat's two ends of a copy.
struct Copy {
    media::AvInputPtr input;
    media::AvFilePtr file;
    media::AvOutputPtr output;
    media::AvPacketPtr packet{av_packet_alloc()};

    int open(const std::string& from, const std::string& to);
    int run();
};

int Copy::open(const std::string& from, const std::string& to) {
    int code = media::openAvInput(input, urlOf(from), av_find_input_format("mp4"));
    if (code < 0) return code;
    output = media::makeAvOutput("mp4", code);
    if (output == nullptr) return code;
    AVIOContext* io = nullptr;
    code = avio_open(&io, urlOf(to).c_str(), AVIO_FLAG_WRITE);
    file.reset(io);
    if (code < 0) return code;
    output->pb = io;
    for (unsigned i = 0; i < input->nb_streams; ++i) {
        AVStream* const stream = avformat_new_stream(output.get(), nullptr);
        if (stream == nullptr) return AVERROR(ENOMEM);
        code = avcodec_parameters_copy(stream->codecpar, input->streams[i]->codecpar);
        if (code < 0) return code;
        stream->codecpar->codec_tag = stream->codecpar->codec_id == AV_CODEC_ID_HEVC ? kHevcTag : 0;
        stream->time_base = input->streams[i]->time_base;
    }
    return packet == nullptr ? AVERROR(ENOMEM) : avformat_write_header(output.get(), nullptr);
}

int Copy::run() {
    for (;;) {
        int code = av_read_frame(input.get(), packet.get());
        if (code == AVERROR_EOF) break;
        if (code < 0) return code;
        const int index = packet->stream_index;
        av_packet_rescale_ts(packet.get(), input->streams[index]->time_base, output->streams[index]->time_base);
        packet->pos = -1;
        code = av_interleaved_write_frame(output.get(), packet.get());
        if (code < 0) return code;
    }
    const int code = av_write_trailer(output.get());
    if (code < 0) return code;
    avio_flush(file.get());
    return file->error;
}

} // namespace

DiskError copyMp4(const std::string& from, const std::string& to, std::uint64_t& sizeBytes) {
    int code = 0;
    {
        Copy copy;
        code = copy.open(from, to);
        if (code >= 0) code = copy.run();
        if (code >= 0) sizeBytes = static_cast<std::uint64_t>(avio_size(copy.file.get()));
    }
    if (code >= 0) return {};
    ::unlink(to.c_str());
    return {AVUNERROR(code) > 0 ? AVUNERROR(code) : EIO,
            "cannot make a plain MP4 of " + from + ": " + media::libavErrorText(code)};
}

} // namespace hookcast::outputs
