#include "rtp/Sdp.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::rtp {

namespace {

constexpr std::uint8_t kMaxPayloadType = 127;
constexpr std::uint32_t kMaxChannels = 255;

/// RFC 3551, tables 4 and 5: what a payload type means without rtpmap.
struct StaticFormat {
    std::uint8_t payloadType;
    std::string_view name;
    std::uint32_t clockRate;
    std::uint32_t channels;
};

constexpr std::array<StaticFormat, 13> kStaticFormats{{
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},
    {10, "L16", 44100, 2},
    {11, "L16", 44100, 1},
    {14, "MPA", 90000, 1},
    {26, "JPEG", 90000, 1},
    {31, "H261", 90000, 1},
    {32, "MPV", 90000, 1},
    {33, "MP2T", 90000, 1},
    {34, "H263", 90000, 1},
}};

SdpKind kindOf(std::string_view media) {
    if (equalsIgnoringCase(media, "audio")) return SdpKind::Audio;
    return equalsIgnoringCase(media, "video") ? SdpKind::Video : SdpKind::Other;
}

bool isRtp(const SdpMedia& media) {
    return media.protocol.starts_with("RTP/");
}

/// What is only known when a section has ended.
struct Section {
    std::vector<unsigned> formats; ///< of its m= line
    FormatParameters stray;        ///< of the first format with some that the m= line does not name
    std::optional<unsigned> strayFormat;
};

/// m=<media> <port>[/<count>] <protocol> <format> ... (RFC 4566, 5.14).
base::Result<SdpMedia> parseMediaLine(std::string_view value, Section& section) {
    std::string_view rest = value;
    SdpMedia media;
    media.kind = kindOf(takeUntil(rest, ' '));
    std::string_view ports = takeUntil(rest, ' ');
    const auto port = parseNumber<std::uint16_t>(takeUntil(ports, '/'));
    media.protocol = takeUntil(rest, ' ');
    rest = trimmed(rest);
    const auto payloadType = parseNumber<std::uint8_t>(takeUntil(rest, ' '));
    if (!port || media.protocol.empty() || (isRtp(media) && (!payloadType || *payloadType > kMaxPayloadType))) {
        return base::Error{fmt::format("SDP: \"m={}\" makes no sense", value.substr(0, 80))};
    }
    media.port = *port;
    if (isRtp(media)) media.payloadType = *payloadType;
    section.formats = {media.payloadType};
    while (!rest.empty()) section.formats.push_back(parseNumber<unsigned>(takeUntil(rest, ' ')).value_or(0));
    return media;
}

/// <payload type> <encoding name>/<clock rate>[/<channels>] (RFC 4566, section 6).
void applyRtpMap(std::string_view value, SdpMedia& media) {
    if (parseNumber<unsigned>(takeUntil(value, ' ')) != media.payloadType) return;
    media.encodingName = takeUntil(value, '/');
    media.clockRate = parseNumber<std::uint32_t>(takeUntil(value, '/')).value_or(0);
    media.channels = std::clamp(parseNumber<std::uint32_t>(trimmed(value)).value_or(1), 1U, kMaxChannels);
}

void applyFormatParameters(std::string_view value, SdpMedia& media, Section& section) {
    const auto format = parseNumber<unsigned>(takeUntil(value, ' '));
    if (!format) return;
    const bool isOwn = *format == media.payloadType;
    if (!isOwn && std::ranges::count(section.formats, *format) > 0) return;
    if (!isOwn && section.strayFormat.value_or(*format) != *format) return;
    if (!isOwn) section.strayFormat = format;
    FormatParameters& parameters = isOwn ? media.parameters : section.stray;
    for (std::string_view parameter : splitOutsideQuotes(value, ';')) {
        const std::string_view name = takeUntil(parameter, '=');
        parameters.add(std::string(name), std::string(trimmed(parameter)));
    }
}

void applyAttribute(std::string_view attribute, Sdp& sdp, std::vector<Section>& sections) {
    const std::string_view name = takeUntil(attribute, ':');
    const std::string_view value = trimmed(attribute);
    if (name == "control") (sdp.media.empty() ? sdp.control : sdp.media.back().control) = value;
    if (sdp.media.empty()) return;
    if (name == "rtpmap") applyRtpMap(value, sdp.media.back());
    if (name == "fmtp") applyFormatParameters(value, sdp.media.back(), sections.back());
}

void applyDefaults(SdpMedia& media, Section& section) {
    if (!isRtp(media)) return;
    // Some write the parameters of the only format there is under another number.
    if (media.parameters.entries().empty()) media.parameters = std::move(section.stray);
    const auto* const known = std::ranges::find(kStaticFormats, media.payloadType, &StaticFormat::payloadType);
    if (media.encodingName.empty() && known != kStaticFormats.end()) {
        media.encodingName = known->name;
        media.clockRate = known->clockRate;
        media.channels = known->channels;
    }
    if (media.clockRate == 0) media.clockRate = media.kind == SdpKind::Audio ? 8000 : 90000;
}

} // namespace

bool isSdpField(std::string_view line) {
    return line.size() >= 2 && line[1] == '=' && !hasControls(line);
}

base::Result<Sdp> parseSdp(std::string_view text, const SdpLimits& limits) {
    if (text.size() > limits.sizeBytes) {
        return base::Error{fmt::format("an SDP of {} bytes; the limit is {}", text.size(), limits.sizeBytes)};
    }
    Sdp sdp;
    std::vector<Section> sections; // as sdp.media
    std::size_t lines = 0;
    while (!text.empty()) {
        if (++lines > limits.lines) return base::Error{fmt::format("an SDP of more than {} lines", limits.lines)};
        const std::size_t end = text.find('\n');
        const std::string_view whole = text.substr(0, end == std::string_view::npos ? end : end + 1);
        text.remove_prefix(whole.size());
        const std::string_view line = whole.substr(0, whole.find_last_not_of("\r\n") + 1);
        const bool isField = isSdpField(line);
        const std::string_view value = isField ? line.substr(2) : std::string_view();
        if (isField && line[0] == 'm') {
            if (sdp.media.size() >= limits.mediaSections) {
                return base::Error{fmt::format("an SDP of more than {} media sections", limits.mediaSections)};
            }
            auto media = parseMediaLine(value, sections.emplace_back());
            if (!media.ok()) return media.error();
            sdp.media.push_back(media.take());
        } else if (isField && line[0] == 'a') {
            applyAttribute(value, sdp, sections);
        } else if (isField && line[0] == 's' && sdp.media.empty()) {
            sdp.sessionName = value;
        }
        if (!sdp.media.empty()) sdp.media.back().text += whole;
    }
    for (std::size_t i = 0; i < sdp.media.size(); ++i) applyDefaults(sdp.media[i], sections[i]);
    return sdp;
}

} // namespace hookcast::rtp
