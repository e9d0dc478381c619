#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

struct LibavFreer {
    void operator()(void* bytes) const { av_free(bytes); }
};

struct LibavOutputDeleter {
    void operator()(AVFormatContext* output) const {
        output->pb = nullptr; // which has an owner of its own
        avformat_free_context(output);
    }
};

// Whatever libav allocates goes into one of these in the same expression.
using AvBytesPtr = std::unique_ptr<std::uint8_t, LibavFreer>;
using AvPacketPtr = std::unique_ptr<AVPacket, LibavDeleter>;
using AvCodecParametersPtr = std::unique_ptr<AVCodecParameters, LibavDeleter>;
using AvIoPtr = std::unique_ptr<AVIOContext, LibavDeleter>;               ///< over callbacks of ours
using AvFilePtr = std::unique_ptr<AVIOContext, LibavFileCloser>;          ///< opened by libavformat
using AvInputPtr = std::unique_ptr<AVFormatContext, LibavInputCloser>;    ///< opened, or to be
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

/// Callbacks of ours behind a buffer of `bufferBytes`; one of `read` and `write` is null. Null without memory.
inline AvIoPtr makeAvIo(int bufferBytes, void* self, int (*read)(void*, std::uint8_t*, int),
                        int (*write)(void*, std::uint8_t*, int)) {
    AvBytesPtr buffer(static_cast<std::uint8_t*>(av_malloc(static_cast<std::size_t>(bufferBytes))));
    if (buffer == nullptr) return nullptr;
    AvIoPtr io(avio_alloc_context(buffer.get(), bufferBytes, write != nullptr ? 1 : 0, self, read, write, nullptr));
    if (io != nullptr) static_cast<void>(buffer.release());
    return io;
}

/// Opens what `input` has been prepared for, null where nothing has been. It is null when that fails.
inline int openAvInput(AvInputPtr& input, const std::string& url, const AVInputFormat* format,
                       AVDictionary** options = nullptr) {
    AVFormatContext* context = input.release();
    const int code = avformat_open_input(&context, url.c_str(), format, options); // frees it when it fails
    input.reset(context);
    return code;
}

/// A muxer of `format`; `code` is libav's error where it is null.
inline AvOutputPtr makeAvOutput(const char* format, int& code) {
    AVFormatContext* context = nullptr;
    code = avformat_alloc_output_context2(&context, nullptr, format, nullptr);
    return AvOutputPtr(context);
}

/// Options by their names, as libav's functions take them.
class AvOptions {
  public:
    AvOptions() = default;
    ~AvOptions() { av_dict_free(&options_); }
    AvOptions(const AvOptions&) = delete;
    AvOptions& operator=(const AvOptions&) = delete;

    void set(const char* name, std::string_view value) { av_dict_set(&options_, name, std::string(value).c_str(), 0); }
    void set(const char* name, std::int64_t value) { av_dict_set_int(&options_, name, value, 0); }
    AVDictionary** get() { return &options_; }

  private:
    AVDictionary* options_ = nullptr;
};

/// What libav's error code says.
inline std::string libavErrorText(int code) {
    std::string text(AV_ERROR_MAX_STRING_SIZE, '\0');
    av_strerror(code, text.data(), text.size());
    text.resize(text.find('\0'));
    return text;
}

} // namespace hookcast::media
