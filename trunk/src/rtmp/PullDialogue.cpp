#include "rtmp/PullDialogue.h"

#include "base/ByteReader.h"
#include "base/Log.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/ConnectRequest.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/DataMessage.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kCommandChunkStream = 3;
constexpr double kConnect = 1;
constexpr double kCreateStream = 2;
constexpr double kPlay = 3;
/// Said to a player in front of the media; no publisher has sent it.
constexpr std::string_view kSampleAccess = "|RtmpSampleAccess";

/// Of one that has not shown that it is a node yet, as of clients that send no media.
ChunkReader::Limits earlyLimits(const config::LimitsConfig& limits) {
    return {std::min(limits.messageBytes, limits.unadmittedBytes),
            std::min(limits.partialBytes, limits.unadmittedBytes), limits.chunkStreams};
}

void appendCommand(base::Bytes& output, std::uint32_t messageStreamId, std::string_view name, double transactionId,
                   const std::vector<Amf>& arguments) {
    ChunkHeader header;
    header.chunkStreamId = kCommandChunkStream;
    header.messageStreamId = messageStreamId;
    appendMessage(output, header, commandPayload(name, transactionId, arguments), kDefaultChunkSizeBytes);
}

std::string_view textOf(const Amf& object, std::string_view key) {
    const Amf* value = object.find(key);
    return value == nullptr ? std::string_view() : value->asString();
}

/// As the other side has put it.
std::string wordsOf(const Command& command) {
    const Amf& info = command.argument(1);
    return base::printable(fmt::format("{} {}", textOf(info, "code"), textOf(info, "description")));
}

} // namespace

PullDialogue::PullDialogue(Request request, const config::LimitsConfig& limits)
    : request_(std::move(request)), playingLimits_{limits.messageBytes, limits.partialBytes, limits.chunkStreams},
      amfDepth_(limits.amfDepth), reader_(earlyLimits(limits)) {}

base::Result<std::optional<Message>> PullDialogue::next(base::ByteSpan& input, base::Bytes& output) {
    const std::size_t offeredBytes = input.size();
    const auto count = [&] { receivedBytes_ += offeredBytes - input.size(); };
    if (stage_ == Stage::Handshake) {
        const base::Result<bool> done = shakeHands(input, output);
        if (!done) return done.error();
        if (!done.value()) {
            count();
            return std::optional<Message>();
        }
    }
    for (;;) {
        base::Result<std::optional<Message>> read = reader_.next(input);
        if (!read) return base::Error{"broken chunk stream: " + read.error().message};
        if (!read.value() || isMedia(*read.value())) {
            count();
            acknowledge(output);
            return read;
        }
        const base::Result<void> taken = take(*read.value(), output);
        if (!taken) return taken.error();
    }
}

base::Result<bool> PullDialogue::shakeHands(base::ByteSpan& input, base::Bytes& output) {
    base::Result<bool> done = handshake_.next(input, output);
    if (!done || !done.value()) return done;
    stage_ = Stage::Connecting;
    sendConnect(output);
    return true;
}

void PullDialogue::sendConnect(base::Bytes& output) const {
    Amf object = Amf::object({{"app", Amf::string(request_.app)},
                              {"flashVer", Amf::string("hookcast")},
                              {"tcUrl", Amf::string(fmt::format("rtmp://{}/{}", request_.host, request_.app))},
                              {"fourCcList", Amf::strictArray({Amf::string("*")})},
                              {"objectEncoding", Amf::number(0)}});
    object.set(kPullPass, Amf::string(request_.pass));
    appendCommand(output, 0, "connect", kConnect, {object});
}

/// What is on its stream, once it has said that media follows.
bool PullDialogue::isMedia(const Message& message) const {
    if (!isPlaying() || message.messageStreamId != messageStreamId_) return false;
    switch (message.type) {
    case MessageType::Audio:
    case MessageType::Video:
    case MessageType::Aggregate: return true;
    case MessageType::DataAmf0:
    case MessageType::DataAmf3: return commandName(message) != kSampleAccess;
    default: return false;
    }
}

base::Result<void> PullDialogue::take(const Message& message, base::Bytes& output) {
    switch (message.type) {
    case MessageType::CommandAmf0:
    case MessageType::CommandAmf3: return onCommand(message, output);
    case MessageType::WindowAckSize: windowBytes_ = base::ByteReader(message.payload).u32(); return {};
    case MessageType::UserControl: {
        base::ByteReader reader(message.payload);
        const auto event = static_cast<UserControlEvent>(reader.u16());
        const std::uint32_t timestampMs = reader.u32();
        if (reader.ok() && event == UserControlEvent::PingRequest)
            appendUserControl(output, UserControlEvent::PingResponse, timestampMs);
        return {};
    }
    default: return {};
    }
}

base::Result<void> PullDialogue::onCommand(const Message& message, base::Bytes& output) {
    const base::Result<Command> read = parseCommand(message, amfDepth_);
    if (!read) return base::Error{"broken command: " + read.error().message};
    const Command& command = read.value();
    if (command.name == "_result") return onResult(command, output);
    if (command.name == "_error") return base::Error{"refused: " + wordsOf(command)};
    if (command.name == "onStatus") return onStatus(command);
    return {}; // what servers tell clients by themselves
}

base::Result<void> PullDialogue::onResult(const Command& command, base::Bytes& output) {
    if (stage_ == Stage::Connecting && command.transactionId == kConnect) {
        stage_ = Stage::CreatingStream;
        appendCommand(output, 0, "createStream", kCreateStream, {Amf::null()});
    } else if (stage_ == Stage::CreatingStream && command.transactionId == kCreateStream) {
        const double id = command.argument(1).asNumber();
        if (!(id >= 1 && id <= std::numeric_limits<std::uint32_t>::max())) return base::Error{"no message stream"};
        messageStreamId_ = static_cast<std::uint32_t>(id);
        stage_ = Stage::Starting;
        appendCommand(output, messageStreamId_, "play", kPlay, {Amf::null(), Amf::string(request_.stream)});
    }
    return {};
}

base::Result<void> PullDialogue::onStatus(const Command& command) {
    const Amf& info = command.argument(1);
    if (textOf(info, "level") == "error") return base::Error{"refused: " + wordsOf(command)};
    if (stage_ != Stage::Starting || textOf(info, "code") != "NetStream.Play.Start") return {};
    stage_ = Stage::Playing;
    reader_.setLimits(playingLimits_);
    return {};
}

/// Section 5.4.3.
void PullDialogue::acknowledge(base::Bytes& output) {
    if (windowBytes_ == 0 || receivedBytes_ - acknowledgedBytes_ < windowBytes_) return;
    acknowledgedBytes_ = receivedBytes_;
    appendAcknowledgement(output, static_cast<std::uint32_t>(receivedBytes_));
}

} // namespace hookcast::rtmp
