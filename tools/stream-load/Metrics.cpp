#include "Metrics.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace hookcast::load {

namespace {

constexpr std::size_t kReasonsKept = 5;

Poco::JSON::Object percentiles(const Samples& samples) {
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("count", samples.count());
    json.set("p50", samples.percentile(0.50));
    json.set("p95", samples.percentile(0.95));
    json.set("p99", samples.percentile(0.99));
    json.set("max", samples.percentile(1.0));
    return json;
}

double cpuPerGbit(const Window& window) {
    const double gbit = static_cast<double>(window.bytes) * 8 / 1e9;
    return gbit > 0 ? (window.use.userSeconds + window.use.systemSeconds) / gbit : 0;
}

Poco::JSON::Object windowJson(const Window& window) {
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("seconds", window.seconds);
    json.set("bytes", window.bytes);
    json.set("user_s", window.use.userSeconds);
    json.set("system_s", window.use.systemSeconds);
    json.set("cpu_s_per_gbit", cpuPerGbit(window));
    json.set("pss_kb", window.use.pssKb);
    return json;
}

std::string percentileText(const Samples& samples) {
    return fmt::format("p50 {:.1f}  p95 {:.1f}  p99 {:.1f}  max {:.1f}  ({} samples)", samples.percentile(0.50),
                       samples.percentile(0.95), samples.percentile(0.99), samples.percentile(1.0), samples.count());
}

} // namespace

void Samples::add(double value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(value);
}

double Samples::percentile(double share) const {
    const std::lock_guard lock(mutex_);
    if (values_.empty()) return 0;
    std::vector<double> sorted = values_;
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank), sorted.end());
    return sorted[rank];
}

std::size_t Samples::count() const {
    const std::lock_guard lock(mutex_);
    return values_.size();
}

void Releases::note(Part part, std::int64_t nowUs) {
    const std::lock_guard lock(mutex_);
    Answers& answers = answers_[part];
    if (answers.count == 0 || nowUs < answers.firstUs) answers.firstUs = nowUs;
    answers.lastUs = std::max(answers.lastUs, nowUs);
    ++answers.count;
}

std::vector<double> Releases::spreadsMs(std::uint64_t least) const {
    const std::lock_guard lock(mutex_);
    std::vector<double> spreads;
    for (const auto& [part, answers] : answers_)
        if (answers.count >= least) spreads.push_back(static_cast<double>(answers.lastUs - answers.firstUs) / 1000.0);
    return spreads;
}

void Metrics::noteReason(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (reasons_.size() < kReasonsKept) reasons_.push_back(reason);
}

std::vector<std::string> Metrics::reasons() const {
    const std::lock_guard lock(mutex_);
    return reasons_;
}

namespace {

/// Of parts that nearly all who play waited for.
void addReleases(const Metrics& metrics, Samples& samples) {
    constexpr std::uint64_t kPercent = 100;
    constexpr std::uint64_t kNearlyAll = 95;
    const std::uint64_t least = std::max<std::uint64_t>(metrics.started * kNearlyAll / kPercent, 1);
    for (const double spreadMs : metrics.releases.spreadsMs(least)) samples.add(spreadMs);
}

} // namespace

std::string progressLine(const Metrics& metrics, double seconds) {
    return fmt::format("{:6.1f} s  asked {}  connected {}  started {}  with picture {}  refused {}  lost {}  {:.1f} MB",
                       seconds, metrics.asked.load(), metrics.connected.load(), metrics.started.load(),
                       metrics.firstKeyframeMs.count(), metrics.refused.load(), metrics.lost.load(),
                       static_cast<double>(metrics.bytes.load()) / 1e6);
}

std::string summaryJson(const Metrics& metrics, double seconds, const Window& window) {
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("seconds", seconds);
    json.set("asked", metrics.asked.load());
    json.set("connected", metrics.connected.load());
    json.set("started", metrics.started.load());
    json.set("refused", metrics.refused.load());
    json.set("lost", metrics.lost.load());
    json.set("bytes", metrics.bytes.load());
    json.set("stalls", metrics.stalls.load());
    json.set("timestamp_gaps", metrics.timestampGaps.load());
    json.set("continuity_gaps", metrics.continuityGaps.load());
    json.set("start_ms", percentiles(metrics.startMs));
    json.set("first_keyframe_ms", percentiles(metrics.firstKeyframeMs));
    json.set("latency_ms", percentiles(metrics.latencyMs));
    Samples releases;
    addReleases(metrics, releases);
    json.set("release_ms", percentiles(releases));
    json.set("window", windowJson(window));
    Poco::JSON::Array reasons;
    for (const std::string& reason : metrics.reasons()) reasons.add(reason);
    json.set("reasons", reasons);
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

std::string summaryText(const Metrics& metrics, double seconds, const Window& window) {
    std::string text = progressLine(metrics, seconds) + "\n";
    text += fmt::format("stalls {}  timestamp gaps {}  continuity gaps {}\n", metrics.stalls.load(),
                        metrics.timestampGaps.load(), metrics.continuityGaps.load());
    text += "let in after ms        " + percentileText(metrics.startMs) + "\n";
    text += "first keyframe after ms " + percentileText(metrics.firstKeyframeMs) + "\n";
    text += "latency ms             " + percentileText(metrics.latencyMs) + "\n";
    Samples releases;
    addReleases(metrics, releases);
    if (releases.count() != 0) text += "last answer after first ms " + percentileText(releases) + "\n";
    if (window.seconds > 0)
        text += fmt::format("server: {:.2f} s user, {:.2f} s system in {:.1f} s, {:.3f} s per Gbit, {} kB PSS\n",
                            window.use.userSeconds, window.use.systemSeconds, window.seconds, cpuPerGbit(window),
                            window.use.pssKb);
    for (const std::string& reason : metrics.reasons()) text += "e.g. " + reason + "\n";
    return text;
}

} // namespace hookcast::load
