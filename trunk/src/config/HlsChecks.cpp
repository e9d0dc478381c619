#include "config/HlsChecks.h"

#include "config/HlsFiles.h"
#include "config/RecordingPattern.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::string_view kPlaylist = "hls_m3u8_file";
constexpr std::string_view kManifest = "dash_mpd_file";
constexpr std::string_view kFmp4 = "hls_fmp4_file";

/// Why no file below hls_path, or no URL, can be called so; empty: it can.
std::string_view faultIn(std::string_view name) {
    if (name.find_first_of("?#") != std::string_view::npos)
        return "a URL ends at '?' and '#', so nobody could ask for it";
    if (name.ends_with(".tmp")) return "files that are being written are called so";
    for (name = relativePattern(name);;) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part == "." || part == "..") return "it leads out of its folder, and there would be no HLS";
        if (part.empty()) return "it is no file's name, and there would be no HLS";
        if (slash == std::string_view::npos) return {};
        name.remove_prefix(slash + 1);
    }
}

/// A name that the pattern could make.
std::string sampleOf(std::string_view pattern, const std::string& vhost) {
    const std::array<std::pair<std::string_view, std::string_view>, 13> values = {{{"[vhost]", vhost},
                                                                                   {"[app]", "live"},
                                                                                   {"[stream]", "show"},
                                                                                   {"[seq]", "1"},
                                                                                   {"[duration]", "1000"},
                                                                                   {"[timestamp]", "1700000000000"},
                                                                                   {"[2006]", "2026"},
                                                                                   {"[01]", "01"},
                                                                                   {"[02]", "02"},
                                                                                   {"[15]", "15"},
                                                                                   {"[04]", "04"},
                                                                                   {"[05]", "05"},
                                                                                   {"[999]", "999"}}};
    std::string text;
    for (pattern = relativePattern(pattern); !pattern.empty();) {
        const auto found =
            std::ranges::find_if(values, [&](const auto& value) { return pattern.starts_with(value.first); });
        text += found == values.end() ? pattern.substr(0, 1) : found->second;
        pattern.remove_prefix(found == values.end() ? 1 : found->first.size());
    }
    return text;
}

/// Whether a file that `one` names could be called as one that `other` names.
bool couldBe(const std::string& one, const std::string& other, const std::string& vhost) {
    const std::string root = "/hls/";
    return RecordingPattern::ofFile(root + std::string(relativePattern(other)), vhost)
        .match(root + sampleOf(one, vhost))
        .has_value();
}

} // namespace

const SourceLocation& HlsChecks::placeOf(std::string_view directive) const {
    for (const char* name : {"hls", "dash"}) {
        const Directive* block = block_.find(name);
        const Directive* found = block == nullptr ? nullptr : block->find(directive);
        if (found != nullptr) return found->location;
    }
    return block_.location;
}

std::vector<HlsChecks::Names> HlsChecks::namesOf(const VhostConfig& vhost) const {
    const HlsConfig& hls = vhost.hls;
    std::vector<Names> all;
    if (hls.enabled) all.push_back({kPlaylist, hls.playlistFile, hls.playlistFile, true});
    if (vhost.dash.enabled) all.push_back({kManifest, vhost.dash.manifestFile, vhost.dash.manifestFile, true});
    if (hls.usesFmp4 || hls.lowLatency || vhost.dash.enabled) {
        all.push_back({kFmp4, hls.fmp4File, distinctPattern(hls.fmp4File)});
        all.push_back({"hls_init_file", hls.initFile, tellingPattern(hls.initFile)});
    } else {
        all.push_back({"hls_ts_file", hls.tsFile, distinctPattern(hls.tsFile)});
    }
    if (hls.keys) all.push_back({"hls_key_file", hls.keyFile, distinctPattern(hls.keyFile)});
    return all;
}

void HlsChecks::settle(VhostConfig& vhost) const {
    vhost.dash.segmentFile = distinctPattern(vhost.hls.fmp4File);
    if (!vhost.hls.enabled && !vhost.dash.enabled) return;
    if (vhost.hls.enabled) settleParts(vhost.hls);
    const std::vector<Names> all = namesOf(vhost);
    bool isGood = true;
    for (const Names& names : all) isGood = checkName(names) && isGood;
    if (!isGood) return;
    for (const Names& names : all) checkWhose(names);
    checkPairs(all);
    const auto isIn = [&](std::string_view variable) { return hasVariable(vhost.dash.segmentFile, variable); };
    constexpr std::array<std::string_view, 9> kOthers = {"[duration]", "[timestamp]", "[2006]", "[01]", "[02]",
                                                         "[15]",       "[04]",        "[05]",   "[999]"};
    if (vhost.dash.enabled && (!isIn("[seq]") || std::ranges::any_of(kOthers, isIn)))
        findings_.warning(placeOf(kFmp4), "'hls_fmp4_file': DASH has no manifest of it, as one can tell names that "
                                          "differ in [seq] alone");
}

bool HlsChecks::checkName(const Names& names) const {
    const std::string_view fault = faultIn(names.pattern);
    if (fault.empty()) return true;
    findings_.error(placeOf(names.directive),
                    fmt::format("'{}': '{}': {}", names.directive, base::printable(names.pattern), fault));
    return false;
}

/// A playlist's name is its URL, which is asked for, so it stays as it is.
void HlsChecks::checkWhose(const Names& names) const {
    if (names.isPlaylist && !(hasVariable(names.pattern, "[app]") && hasVariable(names.pattern, "[stream]")))
        findings_.warning(placeOf(names.directive),
                          fmt::format("'{}': http_server has no playlist of it, as a path of it does not "
                                      "tell the stream; it needs [app] and [stream]",
                                      names.directive));
    if (!names.isPlaylist && tellingPattern(names.pattern) != names.pattern)
        findings_.warning(placeOf(names.directive),
                          fmt::format("'{}': it does not tell the stream, and two would have one file; it is '{}'",
                                      names.directive, base::printable(tellingPattern(names.pattern))));
}

void HlsChecks::checkPairs(const std::vector<Names>& all) const {
    const std::string& vhost = block_.firstArg();
    for (const Names& one : all)
        for (const Names& other : all) {
            if (&one == &other || (one.isPlaylist && !other.isPlaylist)) continue;
            // Two playlists are told once.
            if (one.isPlaylist && one.directive == kPlaylist) continue;
            if (!couldBe(one.distinct, other.distinct, vhost)) continue;
            findings_.error(placeOf(one.directive),
                            fmt::format("'{}': '{}' is called like what '{}' names, which it would be taken for",
                                        one.directive, base::printable(sampleOf(one.distinct, vhost)),
                                        other.directive));
            return;
        }
}

/// A part is fetched before its segment is complete, and AES-128 encrypts segments as a whole. EXT-X-TARGETDURATION is
/// told before there is a part, and bounds it (RFC 8216bis, 4.4.3.7).
void HlsChecks::settleParts(HlsConfig& hls) const {
    if (!hls.lowLatency) return;
    if (hls.keys) {
        hls.lowLatency = false;
        findings_.warning(placeOf("hls_ll"), "'hls_ll': it is off, as segments are encrypted as a whole (hls_keys)");
    } else if (hls.partMs >= hls.fragmentMs) {
        hls.partMs = hls.fragmentMs / 2;
        findings_.warning(placeOf("hls_part"), fmt::format("'hls_part': a part is no segment (hls_fragment {:g}): it "
                                                           "is {:g}",
                                                           static_cast<double>(hls.fragmentMs) / 1000,
                                                           static_cast<double>(hls.partMs) / 1000));
    }
}

void HlsChecks::warnOfSharers(const Config& config, const Directive& root, Findings& findings) {
    for (const auto& vhost : config.vhosts) {
        const VhostConfig* const sharer = sharerOfPlaylists(config, *vhost);
        // Told once, at the second one.
        const auto isBefore = [&](const auto& other) { return other.get() == sharer; };
        if (sharer == nullptr || std::find_if(config.vhosts.begin(), std::ranges::find(config.vhosts, vhost),
                                              isBefore) == std::ranges::find(config.vhosts, vhost))
            continue;
        const auto isIt = [&](const Directive& child) {
            return child.name == "vhost" && child.firstArg() == vhost->name;
        };
        const auto block = std::ranges::find_if(root.children, isIt);
        const Directive* const hls = block == root.children.end() ? nullptr : block->find("hls");
        const Directive* const path = hls == nullptr ? nullptr : hls->find("hls_path");
        findings.warning(path == nullptr ? root.location : path->location,
                         fmt::format("'hls_path': vhost {} writes files of the same names there: of two streams that "
                                     "are called the same, the one that comes first has files; write [vhost] into the "
                                     "names, or another hls_path",
                                     base::printable(sharer->name)));
    }
}

} // namespace hookcast::config
