#pragma once

#include "base/Bytes.h"
#include "rtmp/Amf.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Command.h"
#include "rtmp/Handshake.h"
#include "rtmp/Message.h"
#include "support/Deadline.h"
#include "support/TcpClient.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// What connect says about the client.
struct ConnectRequest {
    std::string tcUrl;
    std::string app;
    std::string pageUrl;
    std::string swfUrl;
    std::string flashVer = "FMLE/3.0 (compatible; hookcast test)";
    double objectEncoding = 0;
    std::vector<std::string> fourCcList; ///< Enhanced RTMP; empty: not named
    std::optional<rtmp::Amf> pullPass;   ///< of a node of a cluster; see hooks::PullPass
};

/// The information object of onStatus, or of the answer to connect.
struct Status {
    std::string level;
    std::string code;
    std::string description;
};

/// An RTMP client as tests need one: it sends what they say, when they say it, and its calls wait for the server.
/// One thread at a time. Calls that wait throw std::runtime_error when the deadline passes, or when the server closes
/// the connection instead of doing what is waited for.
class RtmpClient {
  public:
    explicit RtmpClient(std::uint16_t port, int receiveBufferBytes = 0, const char* from = "127.0.0.1")
        : tcp_(port, receiveBufferBytes, from) {}

    // The connection.

    void shakeHands(rtmp::ClientHandshake::Kind kind = rtmp::ClientHandshake::Kind::Simple);

    /// The socket, for what RTMP does not know.
    TcpClient& tcp() { return tcp_; }

    // Sending.

    /// Tells the server the chunk size, which holds for all that is sent from here on.
    void setChunkSize(std::uint32_t sizeBytes);

    void send(const rtmp::Message& message);

    /// The bytes of `message` as send() would send them.
    base::Bytes chunked(const rtmp::Message& message) const;

    /// Command messages are AMF0 unless this is set: then they are of type 17.
    void useAmf3Commands(bool on) { amf3Commands_ = on; }

    void sendCommand(std::string_view name, double transactionId, const std::vector<rtmp::Amf>& arguments,
                     std::uint32_t messageStreamId = 0);

    /// For the calls that want an answer: a new transaction.
    double nextTransaction() { return ++lastTransaction_; }

    // Receiving.

    /// The next message; nothing when the server has closed the connection.
    std::optional<rtmp::Message> receive(const Deadline& deadline = Deadline());

    /// Skips messages until one of this type.
    rtmp::Message expectMessage(rtmp::MessageType type, const Deadline& deadline = Deadline());

    /// Skips messages until a command for which `wanted` holds.
    rtmp::Command expectCommand(std::string_view what, const std::function<bool(const rtmp::Command&)>& wanted,
                                const Deadline& deadline = Deadline());

    /// `_result` or `_error` of a transaction.
    rtmp::Command expectAnswer(double transactionId);

    /// The next onStatus.
    Status expectStatus();

    /// The next `count` audio, video and data messages; data messages that announce the media (onStatus,
    /// |RtmpSampleAccess) are left out.
    std::vector<rtmp::Message> expectMedia(std::size_t count, const Deadline& deadline = Deadline());

    /// Sends a ping and waits for its answer: the server has then dealt with all that was sent before. Returns the
    /// messages that came first.
    std::vector<rtmp::Message> ping();

    /// The same, but the messages that came first are received later.
    void sync();

    /// Skips messages until the server closes the connection.
    void expectClosed(const Deadline& deadline = Deadline());

    // The dialogue.

    /// Sends connect and returns the answer's information; its level tells whether the server took it.
    Status connect(const ConnectRequest& request);

    /// The stream id that the server gives; throws when it gives none.
    double createStream();

    /// Sends publish (or play) for the stream created last and returns the verdict: the first error, or that it
    /// started.
    Status publish(std::string_view stream);
    Status play(std::string_view stream);

    /// The answer to connect as it came.
    const rtmp::Command& connectAnswer() const { return connectAnswer_; }

  private:
    Status streamCommand(std::string_view name, std::string_view stream, std::string_view startedCode);

    TcpClient tcp_;
    std::deque<rtmp::Message> kept_; ///< read, and to be received first
    base::Bytes input_;              ///< received, and not yet read as chunks
    std::size_t inputRead_ = 0;
    rtmp::ChunkReader reader_{{16 * 1024 * 1024, 64 * 1024 * 1024, 64}};
    std::uint32_t chunkSizeBytes_ = 128;
    double lastTransaction_ = 0;
    std::uint32_t lastPing_ = 0;
    double streamId_ = 1;
    bool amf3Commands_ = false;
    rtmp::Command connectAnswer_;
};

/// The information object among a command's arguments.
Status statusOf(const rtmp::Command& command);

/// Whether a data message only announces media and is none.
bool isAnnouncement(const rtmp::Message& message);

} // namespace hookcast::integration
