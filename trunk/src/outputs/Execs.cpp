#include "outputs/Execs.h"

#include "outputs/ExecPlan.h"

#include <cstdint>
#include <system_error>
#include <utility>

namespace hookcast::outputs {

namespace {

/// Where RTMP is served now; 0 where it is not.
std::uint16_t rtmpPort(const config::Config& config) {
    return config.rtmpListen.empty() ? 0 : config.rtmpListen.front().port;
}

} // namespace

void Execs::onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) {
    const config::ExecConfig& exec = stream->vhost->exec;
    if (!exec.enabled || exec.publish.empty()) return;
    Programs programs;
    for (const std::vector<std::string>& words : exec.publish)
        start(*stream, words, publication.loop().clock().unixMs(), programs);
    const std::lock_guard lock(mutex_);
    running_.emplace(stream.get(), std::move(programs));
}

void Execs::onUnpublish(const hub::PublishedStreamPtr& stream) {
    Programs programs;
    {
        const std::lock_guard lock(mutex_);
        const auto found = running_.find(stream.get());
        if (found == running_.end()) return;
        programs = std::move(found->second);
        running_.erase(found);
    }
    for (const Program& program : programs) program.process->stop();
    endings_.post([programs = std::move(programs)] {}); // waits for their ends
}

void Execs::start(const hub::PublishedStream& stream, const std::vector<std::string>& words, std::int64_t unixMs,
                  Programs& programs) {
    const std::string& who = stream.opening.client->logName();
    const std::string name = stream.key.text();
    auto command = planExec(words, stream, rtmpPort(*config_.get()), unixMs);
    if (!command) {
        log_.warn(who, "{} is given to no program: {}", base::printable(name), command.error().message);
        return;
    }
    auto place = places_.take();
    if (!place) {
        log_.warn(who, "{} is not given to {}: exec_processes run already", base::printable(name),
                  command.value().program);
        return;
    }
    const std::string program = command.value().program;
    try {
        auto process = std::make_unique<base::ChildProcess>(command.take(), log_, "exec", name);
        programs.push_back({std::move(*place), std::move(process)});
    } catch (const std::system_error& e) {
        // No thread to wait for it: nothing that the publisher should pay for.
        log_.error(who, "{} is not given to {}: {}", base::printable(name), program, e.what());
    }
}

} // namespace hookcast::outputs
