#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::http2 {

/// A client's side of a connection, in memory: what it has to say is fetched, and what it is told is given.
class Http2Client {
  public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    struct Answer {
        std::string status;
        std::map<std::string, std::string> fields;
        std::string body;
        std::size_t wireBytes = 0; ///< of its frames
        bool isWhole = false;
        bool isOver = false;
        std::uint32_t code = 0; ///< with which it is over
    };

    Http2Client();
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    /// From now on it makes no room again for what it has got.
    void takeNoBodies() { takesBodies_ = false; }

    /// Says what a GET has, with `fields` beside it; its stream.
    std::int32_t get(const std::string& path, const Fields& fields = {});

    /// `fields` are all there are. `hasMore`: the request has a body, which comes by say().
    std::int32_t ask(const Fields& fields, bool hasMore = false);

    /// A body of so many bytes for a request that has more, without its end, or with it.
    void say(std::int32_t stream, std::size_t sizeBytes, bool isEnd);

    /// The request of `stream` ends with these fields.
    void endWith(std::int32_t stream, const Fields& trailer);

    void ping();

    void reset(std::int32_t stream, std::uint32_t code = NGHTTP2_CANCEL);

    /// It has room for so many bytes more.
    void makeRoom(std::int32_t stream, std::int32_t sizeBytes);

    /// A frame that says of more room than there may be, which is a fault of the client's: the server has to end the
    /// stream.
    static std::string tooMuchRoom(std::int32_t stream);

    /// What it has to send now.
    std::string toSend();

    /// False: this is no HTTP/2.
    bool hear(std::string_view bytes);

    const Answer& answer(std::int32_t stream) { return answers_[stream]; }

    /// Of the server's GOAWAY; nothing: there was none.
    const std::vector<std::uint32_t>& goneWith() const { return goneWith_; }

    std::uint32_t streamsAllowed() const;

  private:
    struct Free {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };
    struct Outgoing {
        std::size_t sizeBytes = 0;
        bool isEnd = false;
    };
    class Callbacks;

    static std::vector<nghttp2_nv> pairsOf(const Fields& fields);

    bool takesBodies_ = true;
    std::unique_ptr<nghttp2_session, Free> session_;
    std::map<std::int32_t, Answer> answers_;
    std::map<std::int32_t, Outgoing> outgoing_;
    std::vector<std::uint32_t> goneWith_;
};

} // namespace hookcast::http2
