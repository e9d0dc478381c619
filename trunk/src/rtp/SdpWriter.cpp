#include "rtp/SdpWriter.h"

#include "base/Base64.h"
#include "media/AacConfig.h"
#include "rtp/BinaryText.h"
#include "rtp/Sdp.h"
#include "rtp/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace hookcast::rtp {

namespace {

constexpr std::uint32_t kVideoClockRate = 90000;

std::string base64List(const std::vector<base::Bytes>& units) {
    std::string text;
    for (const base::Bytes& unit : units) {
        if (!text.empty()) text += ',';
        text += base::toBase64(unit);
    }
    return text;
}

/// `encoding`: name and clock rate, as rtpmap has them. `parameters`: of fmtp; empty: none.
TrackDescription describe(media::Codec codec, std::string_view kind, std::uint8_t payloadType, std::uint32_t clockRate,
                          std::string_view encoding, std::string_view parameters) {
    TrackDescription track{codec, payloadType, clockRate, {}};
    track.section = fmt::format("m={} 0 RTP/AVP {}\r\na=rtpmap:{} {}\r\n", kind, payloadType, payloadType, encoding);
    if (!parameters.empty()) track.section += fmt::format("a=fmtp:{} {}\r\n", payloadType, parameters);
    return track;
}

/// Where the publisher sends, in which direction and with which key, is nothing to a player.
bool concernsConnection(std::string_view line) {
    constexpr std::array<std::string_view, 11> kPrefixes{
        "m=",         "c=",         "a=control:", "a=range:",  "a=rtcp:",    "a=sendonly",
        "a=recvonly", "a=sendrecv", "a=inactive", "a=crypto:", "a=key-mgmt:"};
    return std::ranges::any_of(kPrefixes, [line](std::string_view prefix) { return line.starts_with(prefix); });
}

/// A line without its end, removed from `text` together with it.
std::string_view takeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return line.substr(0, line.find_last_not_of('\r') + 1);
}

std::string withoutControls(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return text;
}

} // namespace

TrackDescription describeAvc(const media::AvcConfig& config, std::uint8_t payloadType) {
    std::string parameters = "packetization-mode=1";
    if (!config.sps.empty() && config.sps.front().size() >= 4) {
        parameters += ";profile-level-id=" + toHex(base::ByteSpan(config.sps.front()).subspan(1, 3));
    }
    if (config.complete()) {
        parameters += fmt::format(";sprop-parameter-sets={},{}", base64List(config.sps), base64List(config.pps));
    }
    return describe(media::Codec::Avc, "video", payloadType, kVideoClockRate, "H264/90000", parameters);
}

TrackDescription describeHevc(const media::HevcConfig& config, std::uint8_t payloadType) {
    std::string parameters;
    if (config.complete()) {
        parameters = fmt::format("sprop-vps={};sprop-sps={};sprop-pps={}", base64List(config.vps),
                                 base64List(config.sps), base64List(config.pps));
    }
    return describe(media::Codec::Hevc, "video", payloadType, kVideoClockRate, "H265/90000", parameters);
}

base::Result<TrackDescription> describeAac(base::ByteSpan audioSpecificConfig, std::uint8_t payloadType) {
    const auto parsed = media::AacConfig::read(audioSpecificConfig);
    if (!parsed.ok()) return parsed.error();
    const media::AacConfig& config = parsed.value();
    const unsigned channels = config.channels == 0 ? 2U : config.channels;
    return describe(media::Codec::Aac, "audio", payloadType, config.outputSampleRate,
                    fmt::format("MPEG4-GENERIC/{}/{}", config.outputSampleRate, channels),
                    fmt::format("streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
                                "indexdeltalength=3;config={}",
                                toHex(audioSpecificConfig)));
}

TrackDescription describeOpus(std::uint8_t payloadType) {
    return describe(media::Codec::Opus, "audio", payloadType, 48000, "opus/48000/2", {});
}

TrackDescription describeG711(media::Codec codec) {
    const bool isALaw = codec == media::Codec::G711A;
    return describe(codec, "audio", isALaw ? 8 : 0, 8000, isALaw ? "PCMA/8000" : "PCMU/8000", {});
}

TrackDescription describeMp3() {
    return describe(media::Codec::Mp3, "audio", 14, 90000, "MPA/90000", {});
}

base::Result<TrackDescription> describeOpaque(std::string_view publisherSection) {
    const auto parsed = parseSdp(publisherSection);
    if (!parsed.ok()) return parsed.error();
    if (parsed.value().media.size() != 1) return base::Error{"not one media section"};
    const SdpMedia& media = parsed.value().media.front();
    if (!media.protocol.starts_with("RTP/")) return base::Error{"a media section without RTP"};
    std::string_view rest = media.text;
    std::string_view first = takeLine(rest);
    TrackDescription track{media::Codec::None, media.payloadType, media.clockRate, {}};
    std::string protocol = media.protocol;
    if (protocol.starts_with("RTP/SAVP")) protocol.erase(protocol.find('S'), 1);
    track.section = fmt::format("{} 0 {} {}\r\n", takeUntil(first, ' '), protocol, media.payloadType);
    while (!rest.empty()) {
        const std::string_view line = takeLine(rest);
        if (isSdpField(line) && !concernsConnection(line)) track.section.append(line).append("\r\n");
    }
    return track;
}

std::string writeSdp(const SdpSession& session, std::span<const TrackDescription> tracks) {
    const bool isIpv6 = session.serverAddress.find(':') != std::string::npos;
    const std::string name = withoutControls(session.name);
    std::string text = fmt::format("v=0\r\n"
                                   "o=- {} 1 IN {} {}\r\n"
                                   "s={}\r\n"
                                   "c=IN {}\r\n"
                                   "t=0 0\r\n"
                                   "a=control:*\r\n"
                                   "a=range:npt=now-\r\n",
                                   session.id, isIpv6 ? "IP6" : "IP4", session.serverAddress, name.empty() ? " " : name,
                                   isIpv6 ? "IP6 ::" : "IP4 0.0.0.0");
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        text += tracks[i].section;
        text += fmt::format("a=control:{}\r\n", trackControl(i));
    }
    return text;
}

void protect(TrackDescription& track, std::string_view keyLines) {
    constexpr std::string_view kPlain = " RTP/AVP";
    const std::size_t at = track.section.find(kPlain);
    if (at < track.section.find('\n')) track.section.replace(at, kPlain.size(), " RTP/SAVP");
    track.section += keyLines;
}

std::string trackControl(std::size_t index) {
    return fmt::format("trackID={}", index);
}

} // namespace hookcast::rtp
