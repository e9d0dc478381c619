#pragma once

#include "media/FlvBody.h"
#include "media/FlvTag.h"
#include "media/Frame.h"
#include "media/HevcConfig.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::media {

// Frames as publishers send them, with true codec configurations: those of x264, x265 and FFmpeg's AAC encoder for
// 320x180 and 44100 Hz mono.

inline base::Bytes fromHex(std::string_view hex) {
    base::Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

inline const std::string kAvcSps = "6764000cacd941419f9f011000000300100000030320f1429960";
inline const std::string kAvcPps = "68ebe3cb22c0";
inline const std::string kHevcVps = "40010c01ffff01600000030090000003000003003c959809";
inline const std::string kHevcSps =
    "42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840";
inline const std::string kHevcPps = "4401c172b46240";

inline base::Bytes avcRecord() {
    return fromHex("0164000cffe1001a" + kAvcSps + "010006" + kAvcPps + "fdf8f800");
}

inline base::Bytes hevcRecord() {
    HevcConfig config;
    config.vps = {fromHex(kHevcVps)};
    config.sps = {fromHex(kHevcSps)};
    config.pps = {fromHex(kHevcPps)};
    return config.writeRecord().take();
}

inline Frame frameOf(FrameKind kind, std::int64_t dtsMs, base::Bytes body) {
    Frame frame;
    frame.kind = kind;
    frame.role = kind == FrameKind::Video ? videoRole(body) : audioRole(body);
    frame.dtsMs = dtsMs;
    frame.body = std::move(body);
    return frame;
}

inline Frame videoConfig(Codec codec) {
    const base::Bytes record = codec == Codec::Avc ? avcRecord() : hevcRecord();
    return frameOf(FrameKind::Video, 0, writeVideoBody({codec, BodyPart::Config, true, 0, record}));
}

/// One slice of `sizeBytes` whose noise depends on the time.
inline Frame videoFrame(Codec codec, std::int64_t dtsMs, bool isKeyframe, std::int32_t ctsMs = 0,
                        std::size_t sizeBytes = 400) {
    base::Bytes unit;
    if (codec == Codec::Avc)
        unit = {static_cast<std::uint8_t>(isKeyframe ? 0x65 : 0x41), 0x88};
    else
        unit = {static_cast<std::uint8_t>(isKeyframe ? 0x26 : 0x02), 0x01, 0x80};
    while (unit.size() < sizeBytes) unit.push_back(static_cast<std::uint8_t>(1 + (unit.size() + dtsMs) % 251));
    const auto size = static_cast<std::uint32_t>(unit.size());
    base::Bytes payload = {static_cast<std::uint8_t>(size >> 24U), static_cast<std::uint8_t>(size >> 16U),
                           static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
    payload.insert(payload.end(), unit.begin(), unit.end());
    return frameOf(FrameKind::Video, dtsMs, writeVideoBody({codec, BodyPart::Frame, isKeyframe, ctsMs, payload}));
}

inline Frame audioFrame(Codec codec, std::int64_t dtsMs, base::ByteSpan payload, std::uint32_t sampleRate = 44100) {
    return frameOf(FrameKind::Audio, dtsMs, writeAudioBody({codec, BodyPart::Frame, sampleRate, 2, payload}));
}

inline Frame aacConfig() {
    const base::Bytes config = {0x12, 0x08};
    return frameOf(FrameKind::Audio, 0, writeAudioBody({Codec::Aac, BodyPart::Config, 0, 0, config}));
}

inline Frame aacFrame(std::int64_t dtsMs, std::size_t sizeBytes = 120) {
    base::Bytes payload = {0x00, 0xC8};
    while (payload.size() < sizeBytes) payload.push_back(static_cast<std::uint8_t>(payload.size() + dtsMs));
    return audioFrame(Codec::Aac, dtsMs, payload);
}

/// onMetaData as players get it, with these codecs as AMF0 numbers; -1: not told.
inline Frame metadata(int videoCodec, int audioCodec) {
    Frame frame;
    frame.role = FrameRole::Metadata;
    const auto add = [&frame](std::string_view key, int number) {
        if (number < 0) return;
        frame.body.push_back(0);
        frame.body.push_back(static_cast<std::uint8_t>(key.size()));
        frame.body.insert(frame.body.end(), key.begin(), key.end());
        const base::Bytes value = fromHex(number == 7    ? "00401c000000000000"
                                          : number == 10 ? "004024000000000000"
                                                         : "000000000000000000");
        frame.body.insert(frame.body.end(), value.begin(), value.end());
    };
    frame.body = fromHex("02000a6f6e4d65746144617461080000000d");
    add("videocodecid", videoCodec);
    add("audiocodecid", audioCodec);
    frame.body.insert(frame.body.end(), {0, 0, 9});
    return frame;
}

} // namespace hookcast::media
