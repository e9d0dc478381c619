#include "inputs/Captures.h"

#include "inputs/IngestPlan.h"
#include "inputs/LibavReader.h"
#include "net/EndReasons.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

namespace hookcast::inputs {

namespace {

double anyNumber() {
    thread_local std::minstd_rand generator(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

/// But for what is fetched into them.
bool isSame(config::VhostConfig one, config::VhostConfig other) {
    for (config::VhostConfig* vhost : {&one, &other}) {
        vhost->captures.clear();
        vhost->ingests.clear();
    }
    return one == other;
}

} // namespace

MakeSourceReader Captures::makeLibavReader() {
    return [](const SourceOptions& options, SourceReader::Output output) {
        return std::make_unique<LibavReader>(options, std::move(output));
    };
}

Captures::Captures(const visits::Services& services, hooks::EventSink& events, std::size_t queueBytes,
                   std::span<const std::unique_ptr<net::Loop>> loops, MakeSourceReader makeReader)
    : endings_(services.log, "captures"), context_{services, events, endings_, std::move(makeReader), queueBytes},
      loops_(loops) {}

Captures::~Captures() {
    stop(net::kServerStopped);
}

Captures::Wanted Captures::wantedBy(const config::Config& config) {
    Wanted wanted;
    for (const auto& vhost : config.vhosts) {
        if (!vhost->enabled) continue;
        const auto add = [&](const config::CaptureConfig& capture, bool isIngest) {
            if (!capture.enabled) return;
            wanted.try_emplace(
                hooks::StreamKey{vhost->name, capture.app, capture.stream}.text(),
                Running{vhost, std::make_shared<config::CaptureConfig>(capture), isIngest, nullptr, nullptr});
        };
        for (const config::CaptureConfig& capture : vhost->captures) add(capture, false);
        for (const config::CaptureConfig& capture : passedThrough(config, *vhost)) add(capture, true);
    }
    return wanted;
}

void Captures::apply(const config::Config& config) {
    const std::lock_guard lock(mutex_);
    wanted_ = wantedBy(config);
    reconcile();
    applyProcesses(config);
}

void Captures::permit(std::set<std::string> captures) {
    const std::lock_guard lock(mutex_);
    if (permitted_ == captures) return;
    permitted_ = std::move(captures);
    reconcile();
}

bool Captures::isPermitted(const Wanted::value_type& wanted) const {
    return !permitted_ || wanted.second.isIngest || permitted_->contains(wanted.first);
}

void Captures::reconcile() {
    Wanted wanted;
    for (const auto& entry : wanted_)
        if (isPermitted(entry)) wanted.insert(entry);
    for (auto running = running_.begin(); running != running_.end();) {
        const auto found = wanted.find(running->first);
        const bool stays = found != wanted.end() && *found->second.config == *running->second.config &&
                           isSame(*found->second.vhost, *running->second.vhost);
        if (stays) {
            wanted.erase(found);
            ++running;
        } else {
            const char* reason = found != wanted.end()              ? "configuration changed"
                                 : wanted_.contains(running->first) ? "not this node's any more"
                                                                    : "removed from the configuration";
            end(running->second, reason);
            running = running_.erase(running);
        }
    }
    for (auto& [name, added] : wanted) start(running_.emplace(name, std::move(added)).first->second);
}

void Captures::applyProcesses(const config::Config& config) {
    std::vector<FfmpegIngest> wanted;
    for (const auto& vhost : config.vhosts)
        if (vhost->enabled) std::ranges::move(byFfmpeg(config, *vhost), std::back_inserter(wanted));
    std::erase_if(processes_, [&wanted](const RunningIngest& running) {
        const auto found = std::ranges::find(wanted, running.ingest);
        const bool stays = found != wanted.end();
        if (stays) wanted.erase(found);
        return !stays;
    });
    for (FfmpegIngest& ingest : wanted) {
        auto process = std::make_unique<base::ChildProcess>(base::Command{ingest.program, ingest.arguments, {}, {}},
                                                            context_.log, "ingest", ingest.name);
        processes_.push_back({std::move(ingest), std::move(process)});
    }
}

void Captures::start(Running& running) {
    running.loop = loops_[nextLoop_++ % loops_.size()].get();
    running.loop->runAndWait([this, &running] {
        running.capture = std::make_shared<Capture>(context_, *running.loop, running.vhost, running.config, anyNumber);
        running.capture->start();
    });
}

void Captures::end(Running& running, const std::string& reason) {
    running.loop->runAndWait([&] {
        const std::shared_ptr<Capture> capture = std::move(running.capture); // it dies here, whatever comes
        if (capture != nullptr) capture->stop(reason);
    });
}

void Captures::stop(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    wanted_.clear();
    for (const RunningIngest& running : processes_) running.process->stop();
    processes_.clear();
    for (auto& [name, running] : running_) end(running, reason);
    running_.clear();
}

} // namespace hookcast::inputs
