#include "rtmp/Replies.h"

#include "rtmp/Amf0.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/Command.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Message.h"

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kCommandChunkStream = 3;
constexpr std::uint32_t kStatusChunkStream = 5;

/// What clients that look at the server's version expect to see, and what it can do: a bit set of Flash Media Server.
constexpr const char* kServerVersion = "FMS/3,5,3,888";
constexpr double kCapabilities = 127;

Amf info(std::string_view level, std::string_view code, std::string_view description) {
    return Amf::object(
        {{"level", Amf::string(level)}, {"code", Amf::string(code)}, {"description", Amf::string(description)}});
}

/// Enhanced RTMP v2, "Enhancing NetConnection connect Command": whatever codec comes is passed on.
void addEnhanced(Amf& properties, ConnectTerms::Enhanced version) {
    constexpr double kCanForward = 4;
    constexpr double kMultitrack = 2;
    constexpr double kModEx = 4;
    properties.set("fourCcList", Amf::strictArray({Amf::string("*")}));
    if (version == ConnectTerms::Enhanced::Version1) return;
    properties.set("videoFourCcInfoMap", Amf::object({{"*", Amf::number(kCanForward)}}));
    properties.set("audioFourCcInfoMap", Amf::object({{"*", Amf::number(kCanForward)}}));
    properties.set("capsEx", Amf::number(kMultitrack + kModEx));
}

} // namespace

void Replies::setChunkSize(std::uint32_t chunkSizeBytes) {
    appendSetChunkSize(bytes_, chunkSizeBytes, chunkSizeBytes_);
    chunkSizeBytes_ = chunkSizeBytes;
}

void Replies::windowAckSize(std::uint32_t sizeBytes) {
    appendWindowAckSize(bytes_, sizeBytes, chunkSizeBytes_);
}

void Replies::peerBandwidth(std::uint32_t sizeBytes) {
    appendSetPeerBandwidth(bytes_, sizeBytes, BandwidthLimit::Dynamic, chunkSizeBytes_);
}

void Replies::acknowledgement(std::uint32_t receivedBytes) {
    appendAcknowledgement(bytes_, receivedBytes, chunkSizeBytes_);
}

void Replies::pingResponse(std::uint32_t timestampMs) {
    appendUserControl(bytes_, UserControlEvent::PingResponse, timestampMs, chunkSizeBytes_);
}

void Replies::streamBegin() {
    appendUserControl(bytes_, UserControlEvent::StreamBegin, messageStreamId_, chunkSizeBytes_);
}

void Replies::connectResult(const ConnectTerms& terms) {
    Amf properties = Amf::object({{"fmsVer", Amf::string(kServerVersion)},
                                  {"capabilities", Amf::number(kCapabilities)},
                                  {"mode", Amf::number(1)}});
    if (terms.enhanced != ConnectTerms::Enhanced::No) addEnhanced(properties, terms.enhanced);
    Amf status = info("status", "NetConnection.Connect.Success", "Connection succeeded");
    status.set("objectEncoding", Amf::number(terms.objectEncoding));
    command(0, "_result", terms.transactionId, {properties, status});
}

void Replies::connectError(double transactionId, std::string_view description) {
    command(0, "_error", transactionId, {Amf::null(), info("error", "NetConnection.Connect.Rejected", description)});
}

void Replies::result(double transactionId, const Amf& value) {
    command(0, "_result", transactionId, {Amf::null(), value});
}

void Replies::error(double transactionId, std::string_view code, std::string_view description) {
    command(0, "_error", transactionId, {Amf::null(), info("error", code, description)});
}

void Replies::status(std::string_view level, std::string_view code, std::string_view description) {
    command(messageStreamId_, "onStatus", 0, {Amf::null(), info(level, code, description)});
}

void Replies::fcPublish(std::string_view description) {
    command(messageStreamId_, "onFCPublish", 0, {Amf::null(), info("status", "NetStream.Publish.Start", description)});
}

void Replies::publishStart() {
    streamBegin();
    status("status", "NetStream.Publish.Start", "Publishing started");
}

void Replies::pauseStatus(bool isPaused) {
    if (isPaused)
        status("status", "NetStream.Pause.Notify", "Paused");
    else
        status("status", "NetStream.Unpause.Notify", "Unpaused");
}

void Replies::playStart() {
    streamBegin();
    status("status", "NetStream.Play.Reset", "Playing and resetting stream");
    status("status", "NetStream.Play.Start", "Playing started");
    sampleAccess();
}

void Replies::sampleAccess() {
    data({Amf::string("|RtmpSampleAccess"), Amf::boolean(true), Amf::boolean(true)});
}

void Replies::command(std::uint32_t messageStreamId, std::string_view name, double transactionId,
                      const std::vector<Amf>& arguments) {
    ChunkHeader header;
    header.chunkStreamId = messageStreamId == 0 ? kCommandChunkStream : kStatusChunkStream;
    header.type = MessageType::CommandAmf0;
    header.messageStreamId = messageStreamId;
    appendMessage(bytes_, header, commandPayload(name, transactionId, arguments), chunkSizeBytes_);
}

void Replies::data(const std::vector<Amf>& values) {
    base::Bytes payload;
    for (const Amf& value : values) writeAmf0(payload, value);
    ChunkHeader header;
    header.chunkStreamId = kStatusChunkStream;
    header.type = MessageType::DataAmf0;
    header.messageStreamId = messageStreamId_;
    appendMessage(bytes_, header, payload, chunkSizeBytes_);
}

} // namespace hookcast::rtmp
