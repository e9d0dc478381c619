#pragma once

#include "base/Bytes.h"
#include "rtsp/RtspMessage.h"
#include "rtsp/RtspReader.h"
#include "support/Deadline.h"
#include "support/TcpClient.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// An RTSP client as tests need one: it sends what they say, when they say it, and its calls wait for the server. It
/// names the session that the server opened in every request. One thread at a time. Calls that wait throw
/// std::runtime_error when the deadline passes, or when the server closes the connection instead of doing what is
/// waited for.
class RtspClient {
  public:
    using Headers = std::vector<rtsp::RtspHeaders::Field>;

    /// An interleaved frame.
    struct Frame {
        std::uint8_t channel = 0;
        base::Bytes payload;
    };

    explicit RtspClient(std::uint16_t port, int receiveBufferBytes = 0) : tcp_(port, receiveBufferBytes) {}

    /// The socket, for what RTSP does not know.
    TcpClient& tcp() { return tcp_; }

    // Requests.

    /// Sends a request and returns its CSeq.
    std::uint32_t send(std::string_view method, std::string_view url, const Headers& headers = {},
                       std::string_view body = {});

    /// Skips answers to other requests; frames that come first are received later.
    rtsp::RtspResponse expectAnswer(std::uint32_t cseq, const Deadline& deadline = Deadline());

    /// The next one, whatever it answers: what a request that could not be read is answered with has no CSeq.
    rtsp::RtspResponse expectAnyAnswer(const Deadline& deadline = Deadline());

    rtsp::RtspResponse request(std::string_view method, std::string_view url, const Headers& headers = {},
                               std::string_view body = {});

    /// The same; throws std::runtime_error unless the status is 200.
    rtsp::RtspResponse require(std::string_view method, std::string_view url, const Headers& headers = {},
                               std::string_view body = {});

    const std::string& session() const { return session_; }
    void useSession(std::string session) { session_ = std::move(session); }

    // Interleaved frames.

    void sendFrame(std::uint8_t channel, base::ByteSpan payload);

    /// The next frame; nothing when the server has closed the connection.
    std::optional<Frame> receiveFrame(const Deadline& deadline = Deadline());

    Frame expectFrame(const Deadline& deadline = Deadline());

    /// Skips everything until the server closes the connection.
    void expectClosed(const Deadline& deadline = Deadline());

  private:
    /// False when the server has closed the connection.
    bool receiveSomething(const Deadline& deadline);

    TcpClient tcp_;
    std::deque<rtsp::RtspResponse> answers_; ///< read, and not asked for yet
    std::deque<Frame> frames_;               ///< likewise
    base::Bytes input_;                      ///< received, and not read yet
    std::size_t inputRead_ = 0;
    rtsp::RtspReader reader_{{64 * 1024, 1024 * 1024}};
    std::uint32_t lastCseq_ = 0;
    std::string session_;
};

} // namespace hookcast::integration
