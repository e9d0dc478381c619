#include "unit/http2/Http2Client.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace hookcast::http2 {

class Http2Client::Callbacks {
  public:
    static nghttp2_session* makeSession(Http2Client& self) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_option* option = nullptr;
        nghttp2_session* session = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_option_new(&option);
        nghttp2_option_set_no_auto_window_update(option, 1);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &onHeader);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &onData);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &onFrame);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &onClose);
        nghttp2_session_client_new2(&session, callbacks, &self, option);
        nghttp2_option_del(option);
        nghttp2_session_callbacks_del(callbacks);
        return session;
    }

    static ssize_t read(nghttp2_session* /*session*/, std::int32_t stream, std::uint8_t* buffer, std::size_t sizeBytes,
                        std::uint32_t* flags, nghttp2_data_source* /*source*/, void* self) {
        Outgoing& outgoing = static_cast<Http2Client*>(self)->outgoing_[stream];
        const std::size_t taken = std::min(outgoing.sizeBytes, sizeBytes);
        std::memset(buffer, 'b', taken);
        outgoing.sizeBytes -= taken;
        if (outgoing.sizeBytes == 0 && outgoing.isEnd)
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        else if (taken == 0)
            return NGHTTP2_ERR_DEFERRED;
        return static_cast<ssize_t>(taken);
    }

  private:
    static Answer& of(void* self, std::int32_t stream) { return static_cast<Http2Client*>(self)->answers_[stream]; }

    static int onHeader(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
                        std::size_t nameBytes, const std::uint8_t* value, std::size_t valueBytes,
                        std::uint8_t /*flags*/, void* self) {
        const std::string itsName(reinterpret_cast<const char*>(name), nameBytes);
        const std::string itsValue(reinterpret_cast<const char*>(value), valueBytes);
        Answer& answer = of(self, frame->hd.stream_id);
        if (itsName == ":status")
            answer.status = itsValue;
        else
            answer.fields[itsName] = itsValue;
        return 0;
    }

    static int onData(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t stream, const std::uint8_t* data,
                      std::size_t sizeBytes, void* self) {
        of(self, stream).body.append(reinterpret_cast<const char*>(data), sizeBytes);
        if (static_cast<Http2Client*>(self)->takesBodies_) nghttp2_session_consume(session, stream, sizeBytes);
        return 0;
    }

    static int onFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
        constexpr std::size_t kHeadBytes = 9;
        if (frame->hd.type == NGHTTP2_GOAWAY)
            static_cast<Http2Client*>(self)->goneWith_.push_back(frame->goaway.error_code);
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
        Answer& answer = of(self, frame->hd.stream_id);
        answer.wireBytes += kHeadBytes + frame->hd.length;
        answer.isWhole = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        return 0;
    }

    static int onClose(nghttp2_session* /*session*/, std::int32_t stream, std::uint32_t code, void* self) {
        of(self, stream).isOver = true;
        of(self, stream).code = code;
        return 0;
    }
};

Http2Client::Http2Client() : session_(Callbacks::makeSession(*this)) {
    nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, nullptr, 0);
}

std::int32_t Http2Client::get(const std::string& path, const Fields& fields) {
    Fields all{{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", path}};
    all.insert(all.end(), fields.begin(), fields.end());
    return ask(all);
}

std::vector<nghttp2_nv> Http2Client::pairsOf(const Fields& fields) {
    std::vector<nghttp2_nv> pairs;
    for (const auto& [name, value] : fields)
        pairs.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                         reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                         NGHTTP2_NV_FLAG_NONE});
    return pairs;
}

std::int32_t Http2Client::ask(const Fields& fields, bool hasMore) {
    const std::vector<nghttp2_nv> pairs = pairsOf(fields);
    nghttp2_data_provider provider{};
    provider.read_callback = &Callbacks::read;
    const std::int32_t stream = nghttp2_submit_request(session_.get(), nullptr, pairs.data(), pairs.size(),
                                                       hasMore ? &provider : nullptr, nullptr);
    if (stream < 0) throw std::runtime_error(nghttp2_strerror(stream));
    return stream;
}

void Http2Client::say(std::int32_t stream, std::size_t sizeBytes, bool isEnd) {
    outgoing_[stream].sizeBytes += sizeBytes;
    outgoing_[stream].isEnd = isEnd;
    nghttp2_session_resume_data(session_.get(), stream);
}

void Http2Client::endWith(std::int32_t stream, const Fields& trailer) {
    const std::vector<nghttp2_nv> pairs = pairsOf(trailer);
    nghttp2_submit_trailer(session_.get(), stream, pairs.data(), pairs.size());
}

void Http2Client::ping() {
    nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Client::reset(std::int32_t stream, std::uint32_t code) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code);
}

void Http2Client::makeRoom(std::int32_t stream, std::int32_t sizeBytes) {
    nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, stream, sizeBytes);
}

std::string Http2Client::tooMuchRoom(std::int32_t stream) {
    std::string frame("\0\0\4\x08\0", 5);
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        frame += static_cast<char>(static_cast<std::uint32_t>(stream) >> shift & 0xFFU);
    return frame + std::string("\x7F\xFF\xFF\xFF", 4);
}

std::string Http2Client::toSend() {
    std::string text;
    const std::uint8_t* made = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &made)) > 0;)
        text.append(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
    return text;
}

bool Http2Client::hear(std::string_view bytes) {
    return nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    bytes.size()) == static_cast<ssize_t>(bytes.size());
}

std::uint32_t Http2Client::streamsAllowed() const {
    return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

} // namespace hookcast::http2
