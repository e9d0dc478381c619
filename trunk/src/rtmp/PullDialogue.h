#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "config/Config.h"
#include "rtmp/ChunkReader.h"
#include "rtmp/Command.h"
#include "rtmp/Handshake.h"
#include "rtmp/Message.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::rtmp {

/// What a node says to another one of its cluster, and hears, to get one stream: the handshake, connect, createStream,
/// play (RTMP 1.0, section 7.2), then media. Pure: it owns no socket and no thread.
///
/// The other side is believed no more than a client is: what it sends is read under the same limits, and nothing that
/// it says makes this side keep anything but the message that is coming in.
class PullDialogue {
  public:
    struct Request {
        std::string host; ///< HOST:PORT, for the tcUrl
        std::string app;
        std::string stream;
        std::string pass; ///< see hooks::PullPass
    };

    PullDialogue(Request request, const config::LimitsConfig& limits);

    /// What is to be sent first. Empty where the system has no random bytes; next() then fails.
    base::Bytes start() { return handshake_.start(); }

    /// Consumes from the front of `input`, and appends to `output` what must be sent, until a message of media is there
    /// or `input` is empty. Call it again while it returns a message. An error says why there will be none, in words
    /// for the log.
    base::Result<std::optional<Message>> next(base::ByteSpan& input, base::Bytes& output);

    /// The other side has said that media follows.
    bool isPlaying() const { return stage_ == Stage::Playing; }

  private:
    enum class Stage : std::uint8_t { Handshake, Connecting, CreatingStream, Starting, Playing };

    base::Result<bool> shakeHands(base::ByteSpan& input, base::Bytes& output);
    base::Result<void> take(const Message& message, base::Bytes& output);
    base::Result<void> onCommand(const Message& message, base::Bytes& output);
    base::Result<void> onResult(const Command& command, base::Bytes& output);
    base::Result<void> onStatus(const Command& command);
    bool isMedia(const Message& message) const;
    void acknowledge(base::Bytes& output);
    void sendConnect(base::Bytes& output) const;

    // given
    Request request_;
    ChunkReader::Limits playingLimits_;
    std::uint32_t amfDepth_;
    // state
    ClientHandshake handshake_{ClientHandshake::Kind::Simple};
    ChunkReader reader_;
    Stage stage_ = Stage::Handshake;
    std::uint32_t messageStreamId_ = 0; ///< that the other side has made
    std::uint32_t windowBytes_ = 0;     ///< after so many it wants to hear of it; 0: never
    std::uint64_t receivedBytes_ = 0;
    std::uint64_t acknowledgedBytes_ = 0;
};

} // namespace hookcast::rtmp
