#include "RtmpClient.h"

#include "rtmp/ChunkWriter.h"
#include "rtmp/Command.h"
#include "rtmp/ControlMessages.h"

#include <utility>

namespace hookcast::load {

namespace {

constexpr std::uint32_t kChunkSizeBytes = 65536;
constexpr std::uint32_t kMessageStream = 1;
constexpr std::uint32_t kCommandChunkStream = 3;
constexpr std::uint32_t kMediaChunkStream = 6;
constexpr std::uint32_t kAmfDepth = 16;

constexpr rtmp::ChunkReader::Limits kReaderLimits = {16 * 1024 * 1024, 32 * 1024 * 1024, 64};

// Transactions of the three calls.
constexpr double kConnect = 1;
constexpr double kCreateStream = 2;
constexpr double kStart = 3;

} // namespace

RtmpClient::RtmpClient(net::Loop& loop, const Poco::Net::SocketAddress& address, Target target, Role role,
                       Listener& listener)
    : TcpStreamClient(loop, address, std::move(target), listener), role_(role), reader_(kReaderLimits) {}

bool RtmpClient::publish(rtmp::MessageType type, std::uint32_t timestampMs, base::ByteSpan payload) {
    if (isFull()) return false;
    base::Bytes out;
    const rtmp::ChunkHeader header{kMediaChunkStream, timestampMs, type, kMessageStream};
    out.reserve(rtmp::chunkedSizeBytes(header, payload.size(), kChunkSizeBytes));
    rtmp::appendMessage(out, header, payload, kChunkSizeBytes);
    send(out);
    return true;
}

void RtmpClient::onOpen() {
    handshake_ = std::make_unique<rtmp::ClientHandshake>(rtmp::ClientHandshake::Kind::Simple);
    send(handshake_->start());
}

void RtmpClient::read(base::ByteSpan bytes) {
    if (!readsMessages()) return;
    if (handshake_ != nullptr) {
        base::Bytes output;
        const base::Result<bool> done = handshake_->next(bytes, output);
        if (!done) {
            end("handshake: " + done.error().message, false);
            return;
        }
        send(output);
        if (!done.value()) return;
        handshake_.reset();
        call("connect", kConnect, 0,
             {rtmp::Amf::object({{"app", rtmp::Amf::string(target().app)},
                                 {"flashVer", rtmp::Amf::string("stream-load")},
                                 {"tcUrl", rtmp::Amf::string(target().tcUrl)}})});
    }
    while (!hasEnded() && readsMessages()) {
        const auto next = reader_.next(bytes);
        if (!next) {
            end("chunk stream: " + next.error().message, false);
            return;
        }
        if (!next.value()) return;
        onMessage(*next.value());
    }
}

void RtmpClient::onMessage(const rtmp::Message& message) {
    switch (message.type) {
    case rtmp::MessageType::CommandAmf0: onCommand(message); return;
    case rtmp::MessageType::Audio:
    case rtmp::MessageType::Video:
    case rtmp::MessageType::DataAmf0: tell(message, listener()); return;
    default: return;
    }
}

void RtmpClient::onCommand(const rtmp::Message& message) {
    const auto parsed = rtmp::parseCommand(message, kAmfDepth);
    if (!parsed) {
        end("command: " + parsed.error().message, false);
        return;
    }
    const rtmp::Command& command = parsed.value();
    const rtmp::Amf info = command.arguments.size() > 1 ? command.arguments[1] : rtmp::Amf();
    if (command.name == "_error") {
        const rtmp::Amf* description = info.find("description");
        end(description == nullptr ? "refused" : std::string(description->asString()), true);
    } else if (command.name == "onStatus") {
        onStatus(info);
    } else if (command.name == "_result" && command.transactionId == kConnect) {
        base::Bytes out;
        rtmp::appendSetChunkSize(out, kChunkSizeBytes);
        send(out);
        call("createStream", kCreateStream, 0, {rtmp::Amf::null()});
    } else if (command.name == "_result" && command.transactionId == kCreateStream) {
        const char* start = role_ == Role::Play ? "play" : "publish";
        call(start, kStart, kMessageStream, {rtmp::Amf::null(), rtmp::Amf::string(target().stream)});
    }
}

void RtmpClient::onStatus(const rtmp::Amf& info) {
    const rtmp::Amf* level = info.find("level");
    const rtmp::Amf* code = info.find("code");
    if (level == nullptr || code == nullptr) return;
    if (level->asString() == "error")
        end(std::string(code->asString()), true);
    else if (code->asString() == "NetStream.Play.Start" || code->asString() == "NetStream.Publish.Start")
        listener().onStarted();
}

void RtmpClient::call(std::string_view name, double transactionId, std::uint32_t messageStreamId,
                      const std::vector<rtmp::Amf>& arguments) {
    base::Bytes out;
    const rtmp::ChunkHeader header{kCommandChunkStream, 0, rtmp::MessageType::CommandAmf0, messageStreamId};
    const std::uint32_t chunkSize = name == "connect" ? rtmp::kDefaultChunkSizeBytes : kChunkSizeBytes;
    rtmp::appendMessage(out, header, rtmp::commandPayload(name, transactionId, arguments), chunkSize);
    send(out);
}

} // namespace hookcast::load
