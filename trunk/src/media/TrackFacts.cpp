#include "media/TrackFacts.h"

#include "media/AacConfig.h"
#include "media/AvcConfig.h"
#include "media/AvcSps.h"
#include "media/FlvBody.h"
#include "media/HevcConfig.h"
#include "media/HevcSps.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace hookcast::media {

namespace {

using Named = std::pair<unsigned, std::string_view>;

template <std::size_t N>
std::string nameIn(const std::array<Named, N>& names, unsigned number) {
    for (const auto& [value, name] : names)
        if (value == number) return std::string(name);
    return std::to_string(number);
}

/// H.264, annex A.2.
std::string avcProfile(const AvcSps& sps) {
    static constexpr std::array<Named, 7> kProfiles = {{{66, "Baseline"},
                                                        {77, "Main"},
                                                        {88, "Extended"},
                                                        {100, "High"},
                                                        {110, "High 10"},
                                                        {122, "High 4:2:2"},
                                                        {244, "High 4:4:4 Predictive"}}};
    constexpr unsigned kConstraintSet1 = 0x40;
    if (sps.profileIdc == 66 && (sps.constraintFlags & kConstraintSet1) != 0) return "Constrained Baseline";
    return nameIn(kProfiles, sps.profileIdc);
}

/// H.265, annex A.3.
std::string hevcProfile(unsigned profileIdc) {
    static constexpr std::array<Named, 4> kProfiles = {
        {{1, "Main"}, {2, "Main 10"}, {3, "Main Still Picture"}, {4, "Format Range Extensions"}}};
    return nameIn(kProfiles, profileIdc);
}

/// ISO/IEC 14496-3, table 1.17.
std::string aacProfile(const AacConfig& config) {
    static constexpr std::array<Named, 6> kTypes = {
        {{1, "Main"}, {2, "LC"}, {3, "SSR"}, {4, "LTP"}, {23, "LD"}, {39, "ELD"}}};
    if (config.parametricStereo) return "HEv2";
    return config.sbr ? "HE" : nameIn(kTypes, config.objectType);
}

std::string tenths(unsigned level, unsigned unitsPerTenth) {
    const unsigned inTenths = level / unitsPerTenth;
    return inTenths % 10 == 0 ? std::to_string(inTenths / 10) : fmt::format("{}.{}", inTenths / 10, inTenths % 10);
}

void readAvc(base::ByteSpan record, VideoFacts& facts) {
    const auto config = AvcConfig::readRecord(record);
    if (!config || config.value().sps.empty()) return;
    const auto sps = AvcSps::parse(config.value().sps.front());
    if (!sps) return;
    facts.profile = avcProfile(sps.value());
    facts.level = tenths(sps.value().levelIdc, 1);
    facts.width = sps.value().width;
    facts.height = sps.value().height;
}

void readHevc(base::ByteSpan record, VideoFacts& facts) {
    const auto config = HevcConfig::readRecord(record);
    if (!config || config.value().sps.empty()) return;
    const auto sps = HevcSps::parse(config.value().sps.front());
    if (!sps) return;
    facts.profile = hevcProfile(sps.value().profileIdc);
    facts.level = tenths(sps.value().levelIdc, 3); // general_level_idc is 30 times the level
    facts.width = sps.value().width;
    facts.height = sps.value().height;
}

} // namespace

std::optional<VideoFacts> videoFacts(const Frame& config) {
    if (config.carriage != Carriage::Flv) return std::nullopt;
    const auto body = readVideoBody(config.body);
    if (!body) return std::nullopt;
    VideoFacts facts;
    facts.codec = body->codec;
    if (body->codec == Codec::Avc) readAvc(body->payload, facts);
    if (body->codec == Codec::Hevc) readHevc(body->payload, facts);
    return facts;
}

std::optional<AudioFacts> audioFacts(const Frame& configOrFrame) {
    if (configOrFrame.carriage != Carriage::Flv) return std::nullopt;
    const auto body = readAudioBody(configOrFrame.body);
    if (!body) return std::nullopt;
    AudioFacts facts;
    facts.codec = body->codec;
    facts.sampleRate = body->sampleRate;
    facts.channels = body->channels;
    if (body->codec != Codec::Aac || body->part != BodyPart::Config) return facts;
    const auto config = AacConfig::read(body->payload);
    if (!config) return facts;
    facts.sampleRate = config.value().outputSampleRate;
    facts.channels = config.value().channels;
    facts.profile = aacProfile(config.value());
    return facts;
}

} // namespace hookcast::media
