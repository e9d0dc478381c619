#pragma once

#include "base/Bytes.h"
#include "rtmp/Amf.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hookcast::rtmp {

/// The one message stream that a connection has: createStream always answers it, so that a stream's chunks are the
/// same bytes for every player.
inline constexpr std::uint32_t kMessageStreamId = 1;

/// Builds the server's side of the command dialogue (RTMP 1.0, section 7.2) as chunked bytes, ready to send. Pure.
class Replies {
  public:
    explicit Replies(std::uint32_t chunkSizeBytes) : chunkSizeBytes_(chunkSizeBytes) {}

    /// What is appended from here on is cut into chunks of this size; the peer is told with Set Chunk Size.
    void setChunkSize(std::uint32_t chunkSizeBytes);

    void windowAckSize(std::uint32_t sizeBytes);
    void peerBandwidth(std::uint32_t sizeBytes);
    void acknowledgement(std::uint32_t receivedBytes);
    void pingResponse(std::uint32_t timestampMs);
    void streamBegin();

    /// The answer to connect. `objectEncoding` and `enhanced` echo what the client asked for.
    void connectResult(double transactionId, double objectEncoding, bool enhanced);
    void connectError(double transactionId, std::string_view description);

    /// `_result` of any other call, with null as command object.
    void result(double transactionId, const Amf& value);
    void error(double transactionId, std::string_view code, std::string_view description);

    /// onStatus on the message stream.
    void status(std::string_view level, std::string_view code, std::string_view description);
    void fcPublish(std::string_view description);

    /// The two data messages that announce media to a player.
    void sampleAccess();
    void dataStart();

    base::ByteSpan bytes() const { return bytes_; }
    std::uint32_t chunkSizeBytes() const { return chunkSizeBytes_; }

  private:
    void command(std::uint32_t messageStreamId, std::string_view name, double transactionId,
                 const std::vector<Amf>& arguments);
    void data(const std::vector<Amf>& values);

    std::uint32_t chunkSizeBytes_;
    base::Bytes bytes_;
};

} // namespace hookcast::rtmp
