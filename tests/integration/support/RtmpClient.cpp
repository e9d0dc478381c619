#include "support/RtmpClient.h"

#include "base/ByteReader.h"
#include "rtmp/Amf0.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/ConnectRequest.h"
#include "rtmp/ControlMessages.h"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

using rtmp::Amf;
using rtmp::Command;
using rtmp::Message;
using rtmp::MessageType;

constexpr std::uint32_t kAmfDepth = 32;
constexpr std::uint32_t kCommandChunkStream = 3;

[[noreturn]] void closedInsteadOf(std::string_view what) {
    throw std::runtime_error(fmt::format("the server closed the connection instead of sending {}", what));
}

bool isCommand(const Message& message) {
    return message.type == MessageType::CommandAmf0 || message.type == MessageType::CommandAmf3;
}

bool isMedia(const Message& message) {
    return message.type == MessageType::Audio || message.type == MessageType::Video ||
           message.type == MessageType::DataAmf0;
}

} // namespace

Status statusOf(const Command& command) {
    for (const Amf& argument : command.arguments) {
        const Amf* code = argument.find("code");
        if (code == nullptr) continue;
        const auto text = [&argument](std::string_view key) {
            const Amf* value = argument.find(key);
            return value == nullptr ? std::string() : std::string(value->asString());
        };
        return {text("level"), text("code"), text("description")};
    }
    return {};
}

bool isAnnouncement(const Message& message) {
    if (message.type != MessageType::DataAmf0) return false;
    base::ByteReader reader(message.payload);
    const auto name = rtmp::readAmf0(reader, kAmfDepth);
    return name && (name.value().asString() == "onStatus" || name.value().asString() == "|RtmpSampleAccess");
}

void RtmpClient::shakeHands(rtmp::ClientHandshake::Kind kind) {
    rtmp::ClientHandshake handshake(kind);
    tcp_.send(handshake.start());
    for (;;) {
        const auto received = tcp_.receive();
        if (!received) closedInsteadOf("its handshake");
        base::ByteSpan input(*received);
        base::Bytes answer;
        const base::Result<bool> done = handshake.next(input, answer);
        if (!done) throw std::runtime_error(done.error().message);
        tcp_.send(answer);
        if (!done.value()) continue;
        input_.assign(input.begin(), input.end());
        return;
    }
}

void RtmpClient::setChunkSize(std::uint32_t sizeBytes) {
    base::Bytes bytes;
    rtmp::appendSetChunkSize(bytes, sizeBytes, chunkSizeBytes_);
    tcp_.send(bytes);
    chunkSizeBytes_ = sizeBytes;
}

base::Bytes RtmpClient::chunked(const Message& message) const {
    rtmp::ChunkHeader header;
    header.chunkStreamId = message.chunkStreamId;
    header.timestampMs = message.timestampMs;
    header.type = message.type;
    header.messageStreamId = message.messageStreamId;
    base::Bytes bytes;
    rtmp::appendMessage(bytes, header, message.payload, chunkSizeBytes_);
    return bytes;
}

void RtmpClient::send(const Message& message) {
    tcp_.send(chunked(message));
}

void RtmpClient::sendCommand(std::string_view name, double transactionId, const std::vector<Amf>& arguments,
                             std::uint32_t messageStreamId) {
    base::Bytes payload = rtmp::commandPayload(name, transactionId, arguments);
    // Flash puts a byte in front of AMF3 commands that says that AMF0 values follow.
    if (amf3Commands_) payload.insert(payload.begin(), 0);
    send({0, amf3Commands_ ? MessageType::CommandAmf3 : MessageType::CommandAmf0, messageStreamId, kCommandChunkStream,
          std::move(payload)});
}

std::optional<Message> RtmpClient::receive(const Deadline& deadline) {
    if (!kept_.empty()) {
        Message message = std::move(kept_.front());
        kept_.pop_front();
        return message;
    }
    for (;;) {
        base::ByteSpan unread = base::ByteSpan(input_).subspan(inputRead_);
        base::Result<std::optional<Message>> next = reader_.next(unread);
        inputRead_ = input_.size() - unread.size();
        if (!next) throw std::runtime_error("the server sends nonsense: " + next.error().message);
        if (next.value()) return std::move(*next.value());
        auto received = tcp_.receive(deadline);
        if (!received) return std::nullopt;
        input_ = std::move(*received);
        inputRead_ = 0;
    }
}

Message RtmpClient::expectMessage(MessageType type, const Deadline& deadline) {
    while (auto message = receive(deadline)) {
        if (message->type == type) return std::move(*message);
    }
    closedInsteadOf(fmt::format("a message of type {}", static_cast<unsigned>(type)));
}

Command RtmpClient::expectCommand(std::string_view what, const std::function<bool(const Command&)>& wanted,
                                  const Deadline& deadline) {
    while (const auto message = receive(deadline)) {
        if (!isCommand(*message)) continue;
        base::Result<Command> command = rtmp::parseCommand(*message, kAmfDepth);
        if (!command) throw std::runtime_error("the server sends a broken command: " + command.error().message);
        if (wanted(command.value())) return command.take();
    }
    closedInsteadOf(what);
}

Command RtmpClient::expectAnswer(double transactionId) {
    return expectCommand(fmt::format("an answer to call {}", transactionId), [transactionId](const Command& command) {
        return (command.name == "_result" || command.name == "_error") && command.transactionId == transactionId;
    });
}

Status RtmpClient::expectStatus() {
    return statusOf(expectCommand("an onStatus", [](const Command& command) { return command.name == "onStatus"; }));
}

std::vector<Message> RtmpClient::expectMedia(std::size_t count, const Deadline& deadline) {
    std::vector<Message> media;
    while (media.size() < count) {
        auto message = receive(deadline);
        if (!message) closedInsteadOf(fmt::format("media message {} of {}", media.size() + 1, count));
        if (isMedia(*message) && !isAnnouncement(*message)) media.push_back(std::move(*message));
    }
    return media;
}

std::vector<Message> RtmpClient::ping() {
    base::Bytes request;
    const std::uint32_t mark = ++lastPing_;
    rtmp::appendUserControl(request, rtmp::UserControlEvent::PingRequest, mark, chunkSizeBytes_);
    tcp_.send(request);
    std::vector<Message> before;
    while (auto message = receive()) {
        base::ByteReader reader(message->payload);
        if (message->type == MessageType::UserControl &&
            reader.u16() == static_cast<std::uint16_t>(rtmp::UserControlEvent::PingResponse) && reader.u32() == mark)
            return before;
        before.push_back(std::move(*message));
    }
    closedInsteadOf("the answer to a ping");
}

void RtmpClient::sync() {
    std::vector<Message> before = ping();
    kept_.assign(std::make_move_iterator(before.begin()), std::make_move_iterator(before.end()));
}

void RtmpClient::expectClosed(const Deadline& deadline) {
    while (receive(deadline)) {
    }
}

Status RtmpClient::connect(const ConnectRequest& request) {
    Amf object = Amf::object({{"app", Amf::string(request.app)},
                              {"type", Amf::string("nonprivate")},
                              {"flashVer", Amf::string(request.flashVer)},
                              {"tcUrl", Amf::string(request.tcUrl)}});
    if (!request.pageUrl.empty()) object.set("pageUrl", Amf::string(request.pageUrl));
    if (!request.swfUrl.empty()) object.set("swfUrl", Amf::string(request.swfUrl));
    if (request.objectEncoding != 0) object.set("objectEncoding", Amf::number(request.objectEncoding));
    std::vector<Amf> fourCcs;
    for (const std::string& fourCc : request.fourCcList) fourCcs.push_back(Amf::string(fourCc));
    if (!fourCcs.empty()) object.set("fourCcList", Amf::strictArray(std::move(fourCcs)));
    if (request.pullPass) object.set(rtmp::kPullPass, *request.pullPass);
    const double transaction = nextTransaction();
    sendCommand("connect", transaction, {object});
    connectAnswer_ = expectAnswer(transaction);
    return statusOf(connectAnswer_);
}

double RtmpClient::createStream() {
    const double transaction = nextTransaction();
    sendCommand("createStream", transaction, {Amf::null()});
    const Command answer = expectAnswer(transaction);
    if (answer.name != "_result" || answer.arguments.size() < 2 || !answer.arguments[1].isNumber())
        throw std::runtime_error("createStream gives no stream");
    streamId_ = answer.arguments[1].asNumber();
    return streamId_;
}

Status RtmpClient::publish(std::string_view stream) {
    return streamCommand("publish", stream, "NetStream.Publish.Start");
}

Status RtmpClient::play(std::string_view stream) {
    return streamCommand("play", stream, "NetStream.Play.Start");
}

Status RtmpClient::streamCommand(std::string_view name, std::string_view stream, std::string_view startedCode) {
    std::vector<Amf> arguments = {Amf::null(), Amf::string(stream)};
    if (name == "publish") arguments.push_back(Amf::string("live"));
    sendCommand(name, nextTransaction(), arguments, static_cast<std::uint32_t>(streamId_));
    for (;;) {
        Status status = expectStatus();
        if (status.level == "error" || status.code == startedCode) return status;
    }
}

} // namespace hookcast::integration
