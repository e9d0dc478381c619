#include "rtp/SdpMedia.h"

#include "base/Base64.h"
#include "media/AacConfig.h"
#include "media/AacTables.h"
#include "rtp/BinaryText.h"
#include "rtp/LatmConfig.h"
#include "rtp/Text.h"

#include <algorithm>
#include <array>

namespace hookcast::rtp {

namespace {

struct Encoding {
    std::string_view name;
    media::Codec codec;
};

constexpr std::array<Encoding, 7> kEncodings{{
    {"H264", media::Codec::Avc},
    {"H265", media::Codec::Hevc},
    {"HEVC", media::Codec::Hevc},
    {"opus", media::Codec::Opus},
    {"PCMA", media::Codec::G711A},
    {"PCMU", media::Codec::G711U},
    {"MPA", media::Codec::Mp3},
}};

/// Everywhere but in RTP, G.711 is 8 kHz mono and nothing else.
constexpr std::uint32_t kG711ClockRate = 8000;

/// RFC 3640 carries more than AAC, but says so.
bool carriesAac(const FormatParameters& parameters) {
    const std::string_view mode = parameters.get("mode");
    return equalsIgnoringCase(mode, "AAC-hbr") || equalsIgnoringCase(mode, "AAC-lbr") || mode.empty();
}

template <typename Config>
void adoptAll(Config& config, std::string_view base64List) {
    for (const std::string_view text : splitOutsideQuotes(base64List, ',')) {
        if (const auto unit = base::fromBase64(text)) config.adopt(*unit);
    }
}

} // namespace

std::string_view FormatParameters::get(std::string_view name) const {
    const auto entry =
        std::ranges::find_if(entries_, [name](const Entry& entry) { return equalsIgnoringCase(entry.first, name); });
    return entry == entries_.end() ? std::string_view() : std::string_view(entry->second);
}

std::uint32_t FormatParameters::number(std::string_view name, std::uint32_t otherwise) const {
    return parseNumber<std::uint32_t>(get(name)).value_or(otherwise);
}

media::Codec SdpMedia::codec() const {
    if (equalsIgnoringCase(encodingName, "MPEG4-GENERIC")) {
        return kind == SdpKind::Audio && carriesAac(parameters) ? media::Codec::Aac : media::Codec::None;
    }
    if (equalsIgnoringCase(encodingName, "MP4A-LATM")) {
        // With another configuration than AAC's, or one that frames would not be found by, packets pass whole.
        const bool isAac = !hasLatmConfig() || LatmConfig::read(configBytes());
        return kind == SdpKind::Audio && isAac ? media::Codec::Aac : media::Codec::None;
    }
    const auto* const encoding = std::ranges::find_if(
        kEncodings, [this](const Encoding& known) { return equalsIgnoringCase(known.name, encodingName); });
    if (encoding == kEncodings.end()) return media::Codec::None;
    const bool isG711 = encoding->codec == media::Codec::G711A || encoding->codec == media::Codec::G711U;
    return isG711 && (clockRate != kG711ClockRate || channels != 1) ? media::Codec::None : encoding->codec;
}

media::AvcConfig SdpMedia::avcConfig() const {
    media::AvcConfig config;
    adoptAll(config, parameters.get("sprop-parameter-sets"));
    return config;
}

media::HevcConfig SdpMedia::hevcConfig() const {
    media::HevcConfig config;
    for (const std::string_view name : {"sprop-vps", "sprop-sps", "sprop-pps"}) adoptAll(config, parameters.get(name));
    return config;
}

base::Bytes SdpMedia::aacConfig() const {
    base::Bytes told = configBytes();
    if (media::AacConfig::read(told)) return told;
    media::AacConfig assumed;
    const bool isRate = media::aacSampleRateIndex(clockRate).has_value();
    assumed.sampleRate = assumed.outputSampleRate = isRate ? clockRate : 0;
    assumed.channelConfiguration = static_cast<std::uint8_t>(channels == 8 ? 7 : channels);
    const bool isUsable = isRate && channels >= 1 && channels <= 8 && channels != 7;
    auto written = assumed.write();
    return isUsable && written ? written.take() : base::Bytes();
}

base::Bytes SdpMedia::configBytes() const {
    return fromHex(unquoted(parameters.get("config"))).value_or(base::Bytes());
}

} // namespace hookcast::rtp
