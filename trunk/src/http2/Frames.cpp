#include "http2/Frames.h"

#include "http/HttpStatus.h"

#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace hookcast::http2 {

namespace {

/// Beside a field's name and value, for its place in a table (RFC 9113, section 6.5.2).
constexpr std::size_t kFieldBytes = 32;

constexpr const char* kLongHeader = "the header is longer than header_size";

/// A header that is so many times too long is not read to its end to be refused.
constexpr std::size_t kPatience = 8;

std::string_view asText(const std::uint8_t* bytes, std::size_t sizeBytes) {
    return hookcast::base::asText({bytes, sizeBytes});
}

nghttp2_nv asPair(const std::pair<std::string, std::string>& field) {
    const auto bytes = [](const std::string& text) {
        return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return {bytes(field.first), bytes(field.second), field.first.size(), field.second.size(), NGHTTP2_NV_FLAG_NONE};
}

/// Those that are about the connection do not exist here (RFC 9113, section 8.2.2).
bool isOfConnection(std::string_view name) {
    return http::sameWord(name, "Connection") || http::sameWord(name, "Upgrade");
}

} // namespace

/// What the library calls, through which nothing may be thrown.
class Frames::Callbacks {
  public:
    static nghttp2_session* makeSession(Frames& self) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_option* option = nullptr;
        nghttp2_session* session = nullptr;
        if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
        const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacksOwner(
            callbacks, &nghttp2_session_callbacks_del);
        if (nghttp2_option_new(&option) != 0) throw std::bad_alloc();
        const std::unique_ptr<nghttp2_option, decltype(&nghttp2_option_del)> optionOwner(option, &nghttp2_option_del);
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &onBeginHeaders);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &onHeader);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &onFrame);
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, &onInvalidFrame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &onData);
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, &onFrameSent);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &onStreamClose);
        // Nothing is kept of streams that are over for a tree of priorities that nobody uses any more.
        nghttp2_option_set_no_closed_streams(option, 1);
        nghttp2_option_set_stream_reset_rate_limit(option, kResetsAtOnce, kResetsPerSecond);
        if (nghttp2_session_server_new2(&session, callbacks, &self, option) != 0) throw std::bad_alloc();
        return session;
    }

    static ssize_t read(nghttp2_session* /*session*/, std::int32_t /*stream*/, std::uint8_t* buffer,
                        std::size_t sizeBytes, std::uint32_t* flags, nghttp2_data_source* source, void* self) {
        Body::Piece piece{};
        const int result = guarded(self, [&] { piece = static_cast<Body*>(source->ptr)->take({buffer, sizeBytes}); });
        if (result != 0) return result;
        if (piece.isLast) *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (piece.sizeBytes == 0 && !piece.isLast) return NGHTTP2_ERR_DEFERRED;
        return static_cast<ssize_t>(piece.sizeBytes);
    }

  private:
    static Frames& of(void* self) { return *static_cast<Frames*>(self); }

    /// What `step` throws is thrown again by whoever has called the library.
    template <typename Step>
    static int guarded(void* self, Step step) {
        try {
            step();
            return 0;
        } catch (...) {
            of(self).thrown_ = std::current_exception();
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }

    static bool isRequest(const nghttp2_frame& frame) {
        return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
    }

    static int onBeginHeaders(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
        return guarded(self, [&] {
            of(self).trailerBytes_ = 0;
            if (isRequest(*frame)) of(self).begin(frame->hd.stream_id);
        });
    }

    static int onHeader(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
                        std::size_t nameBytes, const std::uint8_t* value, std::size_t valueBytes,
                        std::uint8_t /*flags*/, void* self) {
        int result = 0;
        const int thrown = guarded(self, [&] {
            result = isRequest(*frame) ? of(self).addField(asText(name, nameBytes), asText(value, valueBytes))
                                       : of(self).addTrailer(nameBytes + valueBytes);
        });
        return thrown != 0 ? thrown : result;
    }

    static int onFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
        return guarded(self, [&] {
            if (isRequest(*frame)) of(self).complete();
            if (frame->hd.type == NGHTTP2_RST_STREAM) ++of(self).givenUp_;
        });
    }

    static int onInvalidFrame(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, int code, void* self) {
        return guarded(self, [&] { of(self).fault_ = nghttp2_strerror(code); });
    }

    static int onData(nghttp2_session* /*session*/, std::uint8_t /*flags*/, std::int32_t stream,
                      const std::uint8_t* /*data*/, std::size_t sizeBytes, void* self) {
        return guarded(self, [&] { of(self).addBody(stream, sizeBytes); });
    }

    static int onFrameSent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
        return guarded(self, [&] { of(self).onSent(*frame); });
    }

    static int onStreamClose(nghttp2_session* /*session*/, std::int32_t stream, std::uint32_t code, void* self) {
        return guarded(self, [&] { of(self).onClosed(stream, code); });
    }
};

Frames::Frames(const Limits& limits) : limits_(limits), session_(Callbacks::makeSession(*this)) {
    const std::array settings = {
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits_.streams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.headerBytes)},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    if (nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size()) != 0)
        throw std::bad_alloc();
}

/// `result` is the library's, of a call that has come back: what a client does wrong is none of an exception.
void Frames::rethrow(ssize_t result) {
    if (thrown_ != nullptr) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (result == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
}

base::Result<void> Frames::receive(base::ByteSpan bytes) {
    const ssize_t taken = nghttp2_session_mem_recv(session_.get(), bytes.data(), bytes.size());
    rethrow(taken);
    if (taken < 0) {
        finish(taken == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
        return base::Error{fault_.empty() ? nghttp2_strerror(static_cast<int>(taken)) : fault_};
    }
    return {};
}

void Frames::begin(std::int32_t stream) {
    making_ = {};
    making_.stream = stream;
}

/// What stands behind a body nobody wants to know; it is read all the same, as later headers are compressed by it.
int Frames::addTrailer(std::size_t sizeBytes) {
    trailerBytes_ += sizeBytes + kFieldBytes;
    if (trailerBytes_ <= limits_.headerBytes) return 0;
    fault_ = kLongHeader;
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

/// What nobody may send, the library has refused: names in capitals, control characters, what is about the connection,
/// a pseudo-header twice or behind others (RFC 9113, section 8).
int Frames::addField(std::string_view name, std::string_view value) {
    http::RequestHead& head = making_.request.head;
    making_.headerBytes += name.size() + value.size() + kFieldBytes;
    making_.isTooLarge = making_.isTooLarge || making_.headerBytes > limits_.headerBytes ||
                         head.size() >= http::RequestHead::kMostFields;
    if (making_.headerBytes > kPatience * limits_.headerBytes) {
        fault_ = kLongHeader;
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    if (making_.isTooLarge) return 0;
    if (name == ":method")
        head.setMethod(value);
    else if (name == ":path")
        head.setUri(value);
    else if (name == ":authority")
        making_.authority = value;
    else if (name == "cookie")
        making_.cookie += (making_.cookie.empty() ? "" : "; ") + std::string(value);
    else if (!name.starts_with(':'))
        head.add(name, value);
    return 0;
}

void Frames::complete() {
    Request request{making_.stream, std::exchange(making_.request, {}), 0, {}};
    request.request.head.setVersion(http::RequestHead::kHttp2);
    judge(request);
    if (!making_.authority.empty()) request.request.head.set("Host", making_.authority);
    if (!making_.cookie.empty()) request.request.head.add("Cookie", making_.cookie);
    requests_.push_back(std::move(request));
    ++counts_.requests;
}

void Frames::judge(Request& request) const {
    const auto refuse = [&request](int status, const char* why) {
        request.status = status;
        request.fault = why;
    };
    const std::string& host = request.request.field("Host");
    const std::string& length = request.request.field("Content-Length");
    std::size_t bodyBytes = 0;
    const auto parsed = std::from_chars(length.data(), length.data() + length.size(), bodyBytes);
    if (making_.isTooLarge)
        refuse(http::kHeaderTooLarge, kLongHeader);
    else if (!making_.authority.empty() && !host.empty() && host != making_.authority)
        refuse(http::kBadRequest, "more than one Host");
    else if (!length.empty() && (parsed.ec != std::errc() || bodyBytes > limits_.bodyBytes))
        refuse(http::kContentTooLarge, "the body is longer than body_size");
}

/// Bodies are read over; one without a length must not go on for ever.
void Frames::addBody(std::int32_t stream, std::size_t sizeBytes) {
    std::size_t& bodyBytes = bodyBytes_[stream];
    const bool isFirst = bodyBytes <= limits_.bodyBytes;
    bodyBytes += sizeBytes;
    if (bodyBytes <= limits_.bodyBytes || !isFirst) return;
    ++counts_.tooLong;
    reset(stream, NGHTTP2_ENHANCE_YOUR_CALM);
}

void Frames::answer(std::int32_t stream, const http::HttpResponse& head, const http::ResponseFraming& framing,
                    Body& body, bool hasBody) {
    http::HttpResponse::Fields fields{{":status", std::to_string(head.status)}};
    for (auto& [name, value] : http::responseFields(head, framing))
        if (!isOfConnection(name)) fields.emplace_back(Poco::toLower(name), std::move(value));
    std::vector<nghttp2_nv> pairs;
    pairs.reserve(fields.size());
    for (const auto& field : fields) pairs.push_back(asPair(field));
    nghttp2_data_provider provider{};
    provider.source.ptr = &body;
    provider.read_callback = &Callbacks::read;
    rethrow(nghttp2_submit_response(session_.get(), stream, pairs.data(), pairs.size(), hasBody ? &provider : nullptr));
    nghttp2_session_set_stream_user_data(session_.get(), stream, &body);
}

void Frames::resume(std::int32_t stream) {
    rethrow(nghttp2_session_resume_data(session_.get(), stream));
}

void Frames::reset(std::int32_t stream, std::uint32_t code) {
    rethrow(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code));
}

void Frames::finish(std::uint32_t code) {
    rethrow(nghttp2_session_terminate_session(session_.get(), code));
}

std::size_t Frames::produce(std::span<std::uint8_t> into) {
    std::size_t madeBytes = 0;
    while (madeBytes < into.size()) {
        if (left_.empty()) {
            const std::uint8_t* made = nullptr;
            const ssize_t sizeBytes = nghttp2_session_mem_send(session_.get(), &made);
            rethrow(sizeBytes);
            if (sizeBytes == 0) break;
            left_ = {made, static_cast<std::size_t>(sizeBytes)};
        }
        const std::size_t sizeBytes = std::min(left_.size(), into.size() - madeBytes);
        std::memcpy(into.data() + madeBytes, left_.data(), sizeBytes);
        left_ = left_.subspan(sizeBytes);
        madeBytes += sizeBytes;
    }
    return madeBytes;
}

void Frames::onSent(const nghttp2_frame& frame) {
    const std::int32_t stream = frame.hd.stream_id;
    if (frame.hd.type == NGHTTP2_HEADERS) {
        auto* const body = static_cast<Body*>(nghttp2_session_get_stream_user_data(session_.get(), stream));
        if (body != nullptr) body->onHead(kHeadBytes + frame.hd.length);
    } else if (frame.hd.type == NGHTTP2_GOAWAY && frame.goaway.error_code != NGHTTP2_NO_ERROR) {
        // The library's own limit of these says no more than that it is internal.
        const bool isHasty = givenUp_ >= kResetsAtOnce && frame.goaway.error_code == NGHTTP2_INTERNAL_ERROR;
        if (whyOver_.empty())
            whyOver_ = isHasty ? kHasty : fault_.empty() ? nghttp2_http2_strerror(frame.goaway.error_code) : fault_;
    } else if (frame.hd.type == NGHTTP2_RST_STREAM && frame.rst_stream.error_code == NGHTTP2_REFUSED_STREAM) {
        noteReset();
        ++counts_.refused;
    }
    if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
    // Its request may go on, which nobody wants to have any more (RFC 9113, section 8.1).
    const bool isEnd = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (isEnd && nghttp2_session_get_stream_remote_close(session_.get(), stream) == 0) reset(stream, NGHTTP2_NO_ERROR);
}

void Frames::onClosed(std::int32_t stream, std::uint32_t code) {
    bodyBytes_.erase(stream);
    if (code != NGHTTP2_NO_ERROR) noteReset();
    // One that nobody has heard of yet need not be begun.
    if (std::erase_if(requests_, [stream](const Request& request) { return request.stream == stream; }) > 0) return;
    ended_.push_back({stream, code != NGHTTP2_NO_ERROR});
}

void Frames::noteReset() {
    ++resets_;
    ++counts_.resets;
}

bool Frames::hasRoom(std::int32_t stream) const {
    return nghttp2_session_get_remote_window_size(session_.get()) > 0 &&
           nghttp2_session_get_stream_remote_window_size(session_.get(), stream) > 0;
}

bool Frames::isOver() const {
    return nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0 &&
           left_.empty();
}

} // namespace hookcast::http2
