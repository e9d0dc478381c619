#include "inputs/IngestPlan.h"

#include "config/InputChecks.h"
#include "hub/StreamName.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace hookcast::inputs {

namespace {

using config::FfmpegOptions;
using config::IngestConfig;
using config::IngestEngineConfig;
using Arguments = std::vector<std::string>;

constexpr const char* kDefaultProgram = "ffmpeg";
constexpr std::uint16_t kRtmpPort = 1935;

void replaceAll(std::string& text, std::string_view variable, const std::string& value) {
    for (std::size_t at = text.find(variable); at != std::string::npos; at = text.find(variable, at + value.size()))
        text.replace(at, variable.size(), value);
}

bool isHere(const config::Config& config, const Poco::URI& url) {
    constexpr std::array<std::string_view, 3> kHosts = {"127.0.0.1", "localhost", "::1"};
    const std::uint16_t port = url.getPort() != 0 ? url.getPort() : kRtmpPort;
    return url.getScheme() == "rtmp" && std::ranges::find(kHosts, url.getHost()) != kHosts.end() &&
           std::ranges::any_of(config.rtmpListen, [port](const auto& listen) { return listen.port == port; });
}

/// `rtmp://host/app?vhost=name/stream`, SRS's older spelling, with the query at its end.
std::string withQueryLast(const std::string& url) {
    const std::size_t query = url.find('?');
    const std::size_t slash = url.rfind('/');
    if (query == std::string::npos || slash < query) return url;
    return url.substr(0, query) + url.substr(slash) + url.substr(query, slash - query);
}

/// The stream of this vhost that an output is; none when it is elsewhere.
std::optional<hub::StreamUrl> ownStream(const config::Config& config, const config::VhostConfig& vhost,
                                        const std::string& output) {
    try {
        if (!isHere(config, Poco::URI(output))) return std::nullopt;
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    auto url = hub::parseStreamUrl(withQueryLast(output), hub::PathEncoding::None);
    if (!url) return std::nullopt;
    const auto target = config.findVhost(url.value().vhost);
    return target != nullptr && target->name == vhost.name ? std::optional(url.take()) : std::nullopt;
}

void addOptions(Arguments& arguments, const FfmpegOptions& options) {
    for (const auto& [name, value] : options) {
        arguments.push_back("-" + name);
        if (!value.empty()) arguments.push_back(value);
    }
}

void add(Arguments& arguments, const char* name, const std::string& value) {
    if (value.empty()) return;
    arguments.emplace_back(name);
    arguments.push_back(value);
}

std::string numberText(std::uint32_t number, const char* suffix = "") {
    return number == 0 ? std::string() : std::to_string(number) + suffix;
}

void addVideo(Arguments& arguments, const IngestEngineConfig& engine) {
    if (engine.vcodec == "vn") {
        arguments.emplace_back("-vn");
        return;
    }
    add(arguments, "-vcodec", engine.vcodec.empty() ? "copy" : engine.vcodec);
    if (engine.vcodec.empty() || engine.vcodec == "copy") return;
    add(arguments, "-b:v", numberText(engine.vbitrateKbps, "000"));
    add(arguments, "-r", engine.vfps == "0" ? std::string() : engine.vfps);
    if (engine.vwidth != 0 && engine.vheight != 0) {
        add(arguments, "-s", fmt::format("{}x{}", engine.vwidth, engine.vheight));
        add(arguments, "-aspect", fmt::format("{}:{}", engine.vwidth, engine.vheight));
    }
    add(arguments, "-threads", numberText(engine.vthreads));
    add(arguments, "-profile:v", engine.vprofile);
    add(arguments, "-preset:v", engine.vpreset);
    addOptions(arguments, engine.vparams);
}

void addAudio(Arguments& arguments, const IngestEngineConfig& engine) {
    if (engine.acodec == "an") {
        arguments.emplace_back("-an");
        return;
    }
    add(arguments, "-acodec", engine.acodec.empty() ? "copy" : engine.acodec);
    if (engine.acodec.empty() || engine.acodec == "copy") return;
    add(arguments, "-b:a", numberText(engine.abitrateKbps, "000"));
    add(arguments, "-ar", numberText(engine.asampleRate));
    add(arguments, "-ac", numberText(engine.achannels));
    addOptions(arguments, engine.aparams);
}

Arguments ffmpegArguments(const IngestConfig& ingest, const IngestEngineConfig& engine, const std::string& output) {
    Arguments arguments = {"-nostdin", "-hide_banner", "-loglevel", "warning"};
    if (ingest.isFile) arguments.insert(arguments.end(), {"-stream_loop", "-1", "-re"});
    addOptions(arguments, engine.perfile);
    // The default is left out: ffmpeg sees by itself what is FLV, and reads what is not.
    if (engine.iformat != "off" && engine.iformat != IngestEngineConfig().iformat) add(arguments, "-f", engine.iformat);
    arguments.insert(arguments.end(), {"-i", ingest.url});
    addOptions(arguments, engine.vfilter);
    if (engine.enabled) {
        addVideo(arguments, engine);
        addAudio(arguments, engine);
    } else {
        arguments.insert(arguments.end(), {"-c", "copy"});
    }
    if (engine.oformat != "off") add(arguments, "-f", engine.oformat);
    arguments.insert(arguments.end(), {"-y", output});
    return arguments;
}

using OnEngine = std::function<void(const IngestConfig&, const IngestEngineConfig&, const std::string& output,
                                    const std::optional<hub::StreamUrl>& own)>;

/// Each output of the vhost's ingests; `own` is there when a capture can do it.
void forEachOutput(const config::Config& config, const config::VhostConfig& vhost, const OnEngine& onEngine) {
    for (const IngestConfig& ingest : vhost.ingests) {
        if (!ingest.enabled) continue;
        for (const IngestEngineConfig& engine : ingest.engines) {
            const std::string output = outputUrl(config, vhost, ingest, engine);
            const bool passes = engine.passesThrough() && config::isCaptureSource(ingest.url);
            onEngine(ingest, engine, output, passes ? ownStream(config, vhost, output) : std::nullopt);
        }
    }
}

} // namespace

std::string outputUrl(const config::Config& config, const config::VhostConfig& vhost, const IngestConfig& ingest,
                      const IngestEngineConfig& engine) {
    const std::uint16_t port = config.rtmpListen.empty() ? kRtmpPort : config.rtmpListen.front().port;
    std::string url = engine.output;
    replaceAll(url, "[vhost]", vhost.name);
    replaceAll(url, "[port]", std::to_string(port));
    replaceAll(url, "[app]", "live");
    replaceAll(url, "[stream]", ingest.name);
    replaceAll(url, "[engine]", engine.name);
    return url;
}

std::vector<config::CaptureConfig> passedThrough(const config::Config& config, const config::VhostConfig& vhost) {
    std::vector<config::CaptureConfig> captures;
    forEachOutput(config, vhost,
                  [&captures](const IngestConfig& ingest, const IngestEngineConfig&, const std::string&,
                              const std::optional<hub::StreamUrl>& own) {
                      if (!own) return;
                      config::CaptureConfig capture;
                      capture.name = ingest.name.empty() ? own->stream : ingest.name;
                      capture.source = ingest.url;
                      capture.app = own->app;
                      capture.stream = own->stream;
                      capture.reconnectLimit = 0;
                      captures.push_back(std::move(capture));
                  });
    return captures;
}

std::vector<FfmpegIngest> byFfmpeg(const config::Config& config, const config::VhostConfig& vhost) {
    std::vector<FfmpegIngest> ingests;
    forEachOutput(config, vhost,
                  [&](const IngestConfig& ingest, const IngestEngineConfig& engine, const std::string& output,
                      const std::optional<hub::StreamUrl>& own) {
                      if (own) return;
                      ingests.push_back({vhost.name + "/" + ingest.name,
                                         ingest.ffmpeg.empty() ? kDefaultProgram : ingest.ffmpeg,
                                         ffmpegArguments(ingest, engine, output)});
                  });
    return ingests;
}

} // namespace hookcast::inputs
