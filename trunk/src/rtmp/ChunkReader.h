#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtmp {

/// Puts messages together from interleaved chunks (RTMP 1.0, section 5.3). Pure: it owns no socket and no thread.
///
/// Set Chunk Size and Abort Message act on the chunk stream itself and are consumed here; every other message is
/// handed out. Memory grows with the bytes that really arrived, never with a length that was only announced, and what
/// comes out does not depend on how the input was split.
class ChunkReader {
  public:
    struct Limits {
        std::uint32_t messageBytes; ///< one message
        std::uint32_t partialBytes; ///< all unfinished messages together
        std::uint32_t chunkStreams; ///< chunk stream ids in use
    };

    explicit ChunkReader(const Limits& limits);

    /// For the messages that begin from now on; `partialBytes` also for those that have begun.
    void setLimits(const Limits& limits) { limits_ = limits; }

    /// Consumes bytes from the front of `input` until a message is complete or `input` is empty. Call it again while
    /// it returns a message. After an error the connection cannot be read any further.
    base::Result<std::optional<Message>> next(base::ByteSpan& input);

    std::uint32_t chunkSizeBytes() const { return chunkSizeBytes_; }

  private:
    /// What a chunk stream remembers from one chunk to the next.
    struct ChunkStream {
        std::uint32_t id = 0;
        std::uint32_t messageStreamId = 0;
        std::uint32_t timestampMs = 0;    ///< absolute, of the newest message
        std::uint32_t timestampField = 0; ///< as last sent, extended or not: an absolute time or a delta
        std::uint32_t lengthBytes = 0;
        MessageType type = MessageType::CommandAmf0;
        bool extendedTimestamp = false;
        bool inMessage = false; ///< `payload` is not complete yet
        base::Bytes payload;
    };

    enum class HeaderProgress { NeedsMore, Complete };

    /// Basic header of 3 bytes, message header of 11, extended timestamp of 4 (section 5.3.1).
    static constexpr std::size_t kMaxHeaderBytes = 18;

    base::Result<std::optional<Message>> read(base::ByteSpan& input);
    base::Result<std::optional<Message>> readReplayed();
    base::Result<HeaderProgress> readHeader(base::ByteSpan& input);
    HeaderProgress readContinuation(ChunkStream& stream, base::ByteSpan& input, std::size_t basicBytes);
    base::Result<ChunkStream*> streamForMessage(ChunkStream* known, std::uint32_t id, unsigned format);
    base::Result<void> beginMessage(ChunkStream& stream, unsigned format, base::ByteSpan messageHeader);
    void beginChunk(const ChunkStream& stream);
    base::Result<void> takePayload(ChunkStream& stream, base::ByteSpan& input);
    base::Result<std::optional<Message>> endMessage(ChunkStream& stream);
    base::Result<void> setChunkSize(base::ByteSpan payload);
    base::Result<void> abortMessage(base::ByteSpan payload);
    bool fillHeader(base::ByteSpan& input, std::size_t sizeBytes);
    ChunkStream* findStream(std::uint32_t id);

    // given
    Limits limits_;

    // state
    std::uint32_t chunkSizeBytes_ = kDefaultChunkSizeBytes;
    std::uint32_t partialBytes_ = 0;
    std::uint32_t chunkLeftBytes_ = 0; ///< payload still to come in the current chunk
    std::vector<ChunkStream> streams_;
    std::size_t current_ = 0; ///< index in streams_ of the chunk whose payload is read, when inPayload_
    bool inPayload_ = false;
    std::uint8_t headerBytes_ = 0; ///< how much of header_ has arrived
    std::array<std::uint8_t, kMaxHeaderBytes> header_{};
    std::uint8_t replayBytes_ = 0; ///< how much of replay_ must be read before any input
    std::array<std::uint8_t, 3> replay_{};
};

} // namespace hookcast::rtmp
