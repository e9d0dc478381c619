#pragma once

#include "base/Bytes.h"
#include "rtmp/Amf.h"
#include "rtmp/MessageStreams.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hookcast::rtmp {

/// What a client says of itself when it connects, for the answer.
struct ConnectTerms {
    /// Whether it knows Enhanced RTMP: the first version has `fourCcList` only.
    enum class Enhanced : std::uint8_t { No, Version1, Version2 };

    double transactionId = 1;
    double objectEncoding = 0;
    Enhanced enhanced = Enhanced::No;
};

/// Builds the server's side of the command dialogue (RTMP 1.0, section 7.2) as chunked bytes, ready to send. Pure.
class Replies {
  public:
    /// `messageStreamId`: what is about a stream is about this one.
    explicit Replies(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId = kFirstMessageStreamId)
        : chunkSizeBytes_(chunkSizeBytes), messageStreamId_(messageStreamId) {}

    /// What is appended from here on is cut into chunks of this size; the peer is told with Set Chunk Size.
    void setChunkSize(std::uint32_t chunkSizeBytes);

    void windowAckSize(std::uint32_t sizeBytes);
    void peerBandwidth(std::uint32_t sizeBytes);
    void acknowledgement(std::uint32_t receivedBytes);
    void pingResponse(std::uint32_t timestampMs);

    /// The answer to connect.
    void connectResult(const ConnectTerms& terms);
    void connectError(double transactionId, std::string_view description);

    /// `_result` of any other call, with null as command object.
    void result(double transactionId, const Amf& value);
    void error(double transactionId, std::string_view code, std::string_view description);

    /// onStatus on the message stream.
    void status(std::string_view level, std::string_view code, std::string_view description);
    void fcPublish(std::string_view description);
    void publishStart();
    void pauseStatus(bool isPaused);

    /// All that stands before the media.
    void playStart();

    base::ByteSpan bytes() const { return bytes_; }
    std::uint32_t chunkSizeBytes() const { return chunkSizeBytes_; }

  private:
    void streamBegin();

    /// The data message that announces media to a player. There is no `onStatus` with NetStream.Data.Start beside it:
    /// FFmpeg shows that as a stream of its own, which no file format takes.
    void sampleAccess();

    void command(std::uint32_t messageStreamId, std::string_view name, double transactionId,
                 const std::vector<Amf>& arguments);
    void data(const std::vector<Amf>& values);

    std::uint32_t chunkSizeBytes_;
    std::uint32_t messageStreamId_;
    base::Bytes bytes_;
};

} // namespace hookcast::rtmp
