#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

#include <memory>
#include <string>

namespace hookcast::media {

/// Owning handles of libav's objects.
struct LibavDeleter {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
    void operator()(AVIOContext* io) const {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
};

struct LibavInputCloser {
    void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};

struct LibavFileCloser {
    void operator()(AVIOContext* file) const { avio_closep(&file); }
};

struct LibavOutputDeleter {
    void operator()(AVFormatContext* output) const {
        output->pb = nullptr; // which has an owner of its own
        avformat_free_context(output);
    }
};

using AvPacketPtr = std::unique_ptr<AVPacket, LibavDeleter>;
using AvCodecParametersPtr = std::unique_ptr<AVCodecParameters, LibavDeleter>;
using AvIoPtr = std::unique_ptr<AVIOContext, LibavDeleter>;               ///< over callbacks of ours
using AvFilePtr = std::unique_ptr<AVIOContext, LibavFileCloser>;          ///< opened by libavformat
using AvInputPtr = std::unique_ptr<AVFormatContext, LibavInputCloser>;    ///< opened
using AvOutputPtr = std::unique_ptr<AVFormatContext, LibavOutputDeleter>; ///< its pb is somebody else's

/// libav writes what it thinks of the media to standard error, whoever sent them; what matters are the codes that its
/// functions return. To be called before anything of libav is used; any thread.
inline void silenceLibav() {
    static const bool once = [] {
        av_log_set_level(AV_LOG_QUIET);
        return true;
    }();
    static_cast<void>(once);
}

/// What libav's error code says.
inline std::string libavErrorText(int code) {
    std::string text(AV_ERROR_MAX_STRING_SIZE, '\0');
    av_strerror(code, text.data(), text.size());
    text.resize(text.find('\0'));
    return text;
}

} // namespace hookcast::media
