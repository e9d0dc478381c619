#include "config/InputBuilder.h"

#include "config/Words.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::array<std::string_view, 6> kSchemes = {"rtsp", "rtmp", "http", "https", "srt", "file"};

FfmpegOptions optionsOf(const Directive& engine, std::string_view name) {
    FfmpegOptions options;
    const Directive* block = engine.find(name);
    if (block == nullptr) return options;
    for (const Directive& option : block->children) options.emplace_back(option.name, option.firstArg());
    return options;
}

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

InputBuilder::InputBuilder(Findings& findings, Fill fill) : findings_(findings), fill_(std::move(fill)) {}

void InputBuilder::addAll(const Scope& scope, const Directive& vhost) {
    for (const Directive& child : vhost.children) {
        if (child.name == "capture") addCapture(scope, child);
        if (child.name == "ingest") addIngest(scope, child);
    }
}

void InputBuilder::addCapture(Scope scope, const Directive& directive) {
    const Section* section = findSection("vhost.capture");
    if (section == nullptr || directive.args.empty()) return; // the check has said so
    CaptureConfig capture;
    capture.name = directive.firstArg();
    scope.capture = &capture;
    fill_(scope, *section, directive);
    // One that says nothing, as in the reference, is none.
    CaptureConfig unsaid;
    unsaid.name = capture.name;
    if (capture == unsaid) return;
    capture.stream = capture.name + "-" + capture.kind;
    const std::string what = fmt::format("capture {}", base::printable(capture.name));
    if (!isWritable(capture.name)) {
        findings_.error(directive.location, "capture: the name cannot be written in a configuration");
    } else if (capture.source.empty()) {
        findings_.error(directive.location, fmt::format("{} has no 'source'", what));
    } else if (!isCaptureSource(capture.source)) {
        findings_.error(
            directive.find("source")->location,
            fmt::format("'source': '{}': expected {}", base::withoutSecrets(capture.source), kCaptureSchemes));
    } else if (isTaken(scope.vhost, capture)) {
        findings_.error(directive.location, fmt::format("{}: another capture is called {}/{}", what, capture.app,
                                                        base::printable(capture.stream)));
    } else {
        scope.vhost.captures.push_back(std::move(capture));
    }
}

void InputBuilder::addIngest(Scope scope, const Directive& directive) {
    const Section* section = findSection("vhost.ingest");
    if (section == nullptr) return;
    IngestConfig ingest;
    ingest.name = directive.firstArg();
    scope.ingest = &ingest;
    fill_(scope, *section, directive);
    for (const Directive& child : directive.children)
        if (child.name == "engine") addEngine(scope, child);
    const bool isDouble =
        std::ranges::find(scope.vhost.ingests, ingest.name, &IngestConfig::name) != scope.vhost.ingests.end();
    const std::string what = fmt::format("ingest {}", base::printable(ingest.name));
    if (isDouble) {
        findings_.error(directive.location, fmt::format("{}: another one has this name", what));
        return;
    }
    // SRS finds that out when it runs ffmpeg, and goes on without.
    if (ingest.enabled && (ingest.url.empty() || ingest.engines.empty())) {
        const char* missing = ingest.url.empty() ? "'url' in 'input'" : "'engine' with an 'output'";
        findings_.warning(directive.location, fmt::format("{} has no {}: nothing is fetched", what, missing));
        return;
    }
    // One that says nothing, as in the reference, is none.
    if (ingest != IngestConfig()) scope.vhost.ingests.push_back(std::move(ingest));
}

void InputBuilder::addEngine(Scope scope, const Directive& directive) {
    const Section* section = findSection("vhost.ingest.engine");
    if (section == nullptr) return;
    IngestEngineConfig engine;
    engine.name = directive.firstArg();
    scope.engine = &engine;
    fill_(scope, *section, directive);
    engine.perfile = optionsOf(directive, "perfile");
    engine.vfilter = optionsOf(directive, "vfilter");
    engine.vparams = optionsOf(directive, "vparams");
    engine.aparams = optionsOf(directive, "aparams");
    // One that says nothing, as in the reference, is none.
    if (engine == IngestEngineConfig()) return;
    if (scope.ingest->enabled && engine.output.empty()) {
        findings_.error(directive.location, "engine has no 'output'");
        return;
    }
    if (engine.enabled && !engine.passesThrough() && scope.ingest->ffmpeg.empty()) {
        findings_.error(directive.location, "engine transcodes, and the ingest has no 'ffmpeg'");
        return;
    }
    scope.ingest->engines.push_back(std::move(engine));
}

} // namespace hookcast::config
