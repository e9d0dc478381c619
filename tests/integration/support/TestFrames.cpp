#include "support/TestFrames.h"

#include "base/ByteWriter.h"
#include "rtmp/Amf.h"
#include "rtmp/Amf0.h"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <utility>

namespace hookcast::integration {

namespace {

using rtmp::Amf;
using rtmp::Message;
using rtmp::MessageType;

constexpr std::uint32_t kAudioChunkStream = 4;
constexpr std::uint32_t kVideoChunkStream = 6;
constexpr std::uint32_t kDataChunkStream = 5;
constexpr std::uint32_t kStream = 1;
constexpr std::size_t kConfigBytes = 40;

/// `head` followed by noise up to `sizeBytes`.
base::Bytes body(std::initializer_list<std::uint8_t> head, std::size_t sizeBytes, unsigned seed) {
    base::Bytes bytes = noise(std::max(sizeBytes, head.size()), seed);
    std::ranges::copy(head, bytes.begin());
    return bytes;
}

Message video(std::uint32_t timestampMs, base::Bytes payload) {
    return {timestampMs, MessageType::Video, kStream, kVideoChunkStream, std::move(payload)};
}

Message audio(std::uint32_t timestampMs, base::Bytes payload) {
    return {timestampMs, MessageType::Audio, kStream, kAudioChunkStream, std::move(payload)};
}

base::Bytes withFourCc(std::uint8_t first, std::string_view fourCc, std::size_t sizeBytes, unsigned seed) {
    base::Bytes bytes(1 + fourCc.size() + sizeBytes);
    bytes.front() = first;
    const auto rest = std::ranges::copy(fourCc, bytes.begin() + 1).out;
    std::ranges::copy(noise(sizeBytes, seed), rest);
    return bytes;
}

Amf sizes(double width, double height) {
    return Amf::ecmaArray({{"width", Amf::number(width)}, {"height", Amf::number(height)}});
}

} // namespace

base::Bytes noise(std::size_t sizeBytes, unsigned seed) {
    std::minstd_rand random(seed + 1);
    base::Bytes bytes(sizeBytes);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8U);
    return bytes;
}

Message avcConfig(std::uint32_t timestampMs, unsigned seed) {
    return video(timestampMs, body({0x17, 0, 0, 0, 0}, kConfigBytes, seed));
}

Message avcKeyframe(std::uint32_t timestampMs, std::size_t sizeBytes, unsigned seed) {
    return video(timestampMs, body({0x17, 1, 0, 0, 0}, sizeBytes, seed));
}

Message avcInterFrame(std::uint32_t timestampMs, std::size_t sizeBytes, unsigned seed) {
    return video(timestampMs, body({0x27, 1, 0, 0, 0}, sizeBytes, seed));
}

Message aacConfig(std::uint32_t timestampMs) {
    return audio(timestampMs, {0xAF, 0, 0x12, 0x10});
}

Message aacFrame(std::uint32_t timestampMs, std::size_t sizeBytes, unsigned seed) {
    return audio(timestampMs, body({0xAF, 1}, sizeBytes, seed));
}

Message enhancedVideo(std::string_view fourCc, unsigned packetType, bool keyframe, std::uint32_t timestampMs,
                      std::size_t sizeBytes) {
    const auto first = static_cast<std::uint8_t>(0x80U | (keyframe ? 0x10U : 0x20U) | packetType);
    return video(timestampMs, withFourCc(first, fourCc, sizeBytes, timestampMs));
}

Message enhancedAudio(std::string_view fourCc, unsigned packetType, std::uint32_t timestampMs, std::size_t sizeBytes) {
    return audio(timestampMs,
                 withFourCc(static_cast<std::uint8_t>(0x90U | packetType), fourCc, sizeBytes, timestampMs));
}

Message metadata(double width, double height) {
    base::Bytes payload;
    rtmp::writeAmf0(payload, Amf::string("@setDataFrame"));
    const base::Bytes rest = metadataPayload(width, height);
    payload.insert(payload.end(), rest.begin(), rest.end());
    return {0, MessageType::DataAmf0, kStream, kDataChunkStream, std::move(payload)};
}

Message metadataWithAtc() {
    base::Bytes payload;
    for (const Amf& value :
         {Amf::string("@setDataFrame"), Amf::string("onMetaData"), Amf::object({{"bravo_atc", Amf::string("true")}})})
        rtmp::writeAmf0(payload, value);
    return {0, MessageType::DataAmf0, kStream, kDataChunkStream, std::move(payload)};
}

Message aggregateOf(const std::vector<Message>& parts, std::uint32_t timestampMs) {
    base::Bytes payload;
    base::ByteWriter writer(payload);
    for (const Message& part : parts) {
        const std::size_t before = payload.size();
        writer.u8(static_cast<std::uint8_t>(part.type));
        writer.u24(static_cast<std::uint32_t>(part.payload.size()));
        writer.u24(part.timestampMs & 0xFFFFFFU);
        writer.u8(static_cast<std::uint8_t>(part.timestampMs >> 24U));
        writer.u24(0);
        writer.bytes(part.payload);
        writer.u32(static_cast<std::uint32_t>(payload.size() - before));
    }
    return {timestampMs, MessageType::Aggregate, kStream, kVideoChunkStream, std::move(payload)};
}

base::Bytes metadataPayload(double width, double height) {
    base::Bytes payload;
    rtmp::writeAmf0(payload, Amf::string("onMetaData"));
    rtmp::writeAmf0(payload, sizes(width, height));
    return payload;
}

} // namespace hookcast::integration
