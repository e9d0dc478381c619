#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "http/HttpRequest.h"
#include "http/HttpResponse.h"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::http2 {

/// The frames of one connection, as a server sees them (RFC 9113, RFC 7541; libnghttp2): bytes to requests, answers to
/// bytes. It asks nobody while it reads, and only the bodies of answers while it writes: what has happened is fetched.
/// Without memory its methods throw std::bad_alloc, and it is of no further use. One thread at a time.
class Frames {
  public:
    struct Limits {
        std::uint32_t streams;   ///< that the client has at one time
        std::size_t headerBytes; ///< of a request, as RFC 9113, section 6.5.2 counts them
        std::size_t bodyBytes;
    };

    /// Streams that come to nothing: so many at once, and so many a second. The library itself ends connections that
    /// end their own ones faster than that.
    static constexpr std::uint32_t kResetsAtOnce = 200;
    static constexpr std::uint32_t kResetsPerSecond = 33;
    static constexpr const char* kHasty = "streams are begun and given up too fast";

    static constexpr std::size_t kHeadBytes = 9; ///< of a frame, before what it carries

    /// Where the body of an answer comes from.
    class Body {
      public:
        struct Piece {
            std::size_t sizeBytes;
            bool isLast; ///< the body ends behind it
        };

        virtual ~Body() = default;

        /// Copies what there is now. Nothing, and not the last: there will be more, see resume().
        virtual Piece take(std::span<std::uint8_t> into) = 0;

        /// The head of the answer has been made into so many bytes.
        virtual void onHead(std::size_t sizeBytes) = 0;
    };

    struct Request {
        std::int32_t stream;
        http::HttpRequest request;
        int status = 0;    ///< it is to be refused with this; 0: it is not
        std::string fault; ///< why
    };

    /// A stream that is over; whatever was to come on it is not sent.
    struct Ended {
        std::int32_t stream;
        bool isReset; ///< before all of its answer was sent
    };

    explicit Frames(const Limits& limits);
    Frames(const Frames&) = delete;
    Frames& operator=(const Frames&) = delete;

    /// An error is for good: what produce() still has is the last.
    base::Result<void> receive(base::ByteSpan bytes);

    /// The requests whose header has become whole, and the streams that are over, since the last call.
    std::vector<Request> takeRequests() { return std::exchange(requests_, {}); }
    std::vector<Ended> takeEnded() { return std::exchange(ended_, {}); }
    bool hasEnded() const { return !ended_.empty(); }

    /// How many streams have ended before their answer was whole, or were not let in, since the last call, whoever did
    /// it: a client has many ways to make the server do it.
    std::uint32_t takeResets() { return std::exchange(resets_, 0); }

    /// Since the last call, too.
    struct Counts {
        std::uint32_t requests = 0; ///< those that have ended before they were taken included
        std::uint32_t refused = 0;  ///< streams beyond Limits::streams
        std::uint32_t tooLong = 0;  ///< streams that were reset for a body beyond Limits::bodyBytes
        std::uint32_t resets = 0;   ///< as takeResets() counts them
    };
    Counts takeCounts() { return std::exchange(counts_, {}); }

    /// Frames that are made and not sent yet, bodies aside.
    std::size_t queued() const { return nghttp2_session_get_outbound_queue_size(session_.get()); }

    /// Answers the request of `stream`, once. `body` outlives the stream, whether there is one or not.
    void answer(std::int32_t stream, const http::HttpResponse& head, const http::ResponseFraming& framing, Body& body,
                bool hasBody);

    /// The body of the stream's answer has something.
    void resume(std::int32_t stream);

    /// Ends a stream in the middle of whatever it is in.
    void reset(std::int32_t stream, std::uint32_t code);

    /// Ends the connection: no further request is answered.
    void finish(std::uint32_t code);

    /// The next bytes to send, as many as fit. 0: there are none now.
    std::size_t produce(std::span<std::uint8_t> into);

    /// Whether the client takes media of this stream now.
    bool hasRoom(std::int32_t stream) const;

    /// Neither side has anything to say any more.
    bool isOver() const;

    /// What the client has done for it to be over; empty: nothing that it may not do.
    const std::string& whyOver() const { return whyOver_; }

  private:
    struct Free {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };

    /// A request whose header is coming: one at a time, as nothing else comes within a header (RFC 9113, section 4.3).
    struct Making {
        std::int32_t stream = 0;
        std::string authority;
        std::string cookie; ///< its crumbs in one (RFC 9113, section 8.2.3)
        http::HttpRequest request;
        std::size_t headerBytes = 0;
        bool isTooLarge = false;
    };

    class Callbacks;

    void rethrow(ssize_t result);
    void begin(std::int32_t stream);
    int addTrailer(std::size_t sizeBytes);
    int addField(std::string_view name, std::string_view value);
    void complete();
    void judge(Request& request) const;
    void addBody(std::int32_t stream, std::size_t sizeBytes);
    void onSent(const nghttp2_frame& frame);
    void onClosed(std::int32_t stream, std::uint32_t code);
    void noteReset();

    // given
    Limits limits_;
    // owned
    std::unique_ptr<nghttp2_session, Free> session_;
    // state
    Making making_;
    std::map<std::int32_t, std::size_t> bodyBytes_; ///< so much has come, where anything has
    std::size_t trailerBytes_ = 0;                  ///< of the trailer that is coming
    std::uint32_t resets_ = 0;
    Counts counts_;
    std::uint32_t givenUp_ = 0; ///< streams that the client has ended, in all
    std::vector<Request> requests_;
    std::vector<Ended> ended_;
    base::ByteSpan left_; ///< of what the library has made: it stays until the library is asked again
    std::string fault_;   ///< of the newest frame that had one
    std::string whyOver_;
    std::exception_ptr thrown_; ///< by what the library has called
};

} // namespace hookcast::http2
