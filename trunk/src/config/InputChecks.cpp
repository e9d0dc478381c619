#include "config/InputChecks.h"

#include "config/Directive.h"
#include "config/Finding.h"
#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hookcast::config {

namespace {

constexpr std::array<std::string_view, 6> kSchemes = {"rtsp", "rtmp", "http", "https", "srt", "file"};

bool isTaken(const VhostConfig& vhost, const CaptureConfig& wanted) {
    return std::ranges::any_of(vhost.captures, [&](const CaptureConfig& other) {
        return other.app == wanted.app && other.stream == wanted.stream;
    });
}

} // namespace

bool isCaptureSource(const std::string& source) {
    const std::size_t end = source.find("://");
    if (end == std::string::npos) {
        // A path, or `file:` and a path; anything else before a colon would be a protocol of libavformat's.
        const std::size_t colon = source.find(':');
        return !source.empty() &&
               (colon == std::string::npos || source.find('/') < colon || source.starts_with("file:"));
    }
    return std::ranges::find(kSchemes, std::string_view(source).substr(0, end)) != kSchemes.end() &&
           source.size() > end + 3;
}

bool isCaptureUsable(const ReadBlock& read) {
    auto& capture = read.scope.its<CaptureConfig>();
    capture.stream = capture.name + "-" + capture.kind;
    const std::string what = fmt::format("capture {}", base::printable(capture.name));
    const SourceLocation& where = read.directive.location;
    if (!isWritable(capture.name)) {
        read.findings.error(where, "capture: the name cannot be written in a configuration");
    } else if (capture.source.empty()) {
        read.findings.error(where, fmt::format("{} has no 'source'", what));
    } else if (!isCaptureSource(capture.source)) {
        read.findings.error(
            read.directive.find("source")->location,
            fmt::format("'source': '{}': expected {}", base::withoutSecrets(capture.source), kCaptureSchemes));
    } else if (isTaken(read.scope.vhost, capture)) {
        read.findings.error(where, fmt::format("{}: another capture is called {}/{}", what, capture.app,
                                               base::printable(capture.stream)));
    } else {
        return true;
    }
    return false;
}

bool isIngestUsable(const ReadBlock& read) {
    const auto& ingest = read.scope.its<IngestConfig>();
    const auto& others = read.scope.vhost.ingests;
    const std::string what = fmt::format("ingest {}", base::printable(ingest.name));
    if (std::ranges::find(others, ingest.name, &IngestConfig::name) != others.end()) {
        read.findings.error(read.directive.location, fmt::format("{}: another one has this name", what));
        return false;
    }
    if (!ingest.enabled || (!ingest.url.empty() && !ingest.engines.empty())) return true;
    // SRS finds that out when it runs ffmpeg, and goes on without.
    const char* missing = ingest.url.empty() ? "'url' in 'input'" : "'engine' with an 'output'";
    read.findings.warning(read.directive.location, fmt::format("{} has no {}: nothing is fetched", what, missing));
    return false;
}

bool isEngineUsable(const ReadBlock& read) {
    const auto& ingest = read.outer.its<IngestConfig>();
    const auto& engine = read.scope.its<IngestEngineConfig>();
    const bool hasProgram = !engine.enabled || engine.passesThrough() || !ingest.ffmpeg.empty();
    if (ingest.enabled && engine.output.empty())
        read.findings.error(read.directive.location, "engine has no 'output'");
    else if (!hasProgram)
        read.findings.error(read.directive.location, "engine transcodes, and the ingest has no 'ffmpeg'");
    else
        return true;
    return false;
}

} // namespace hookcast::config
