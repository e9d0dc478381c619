#include "outputs/Execs.h"

#include "outputs/ExecPlan.h"

#include <utility>

namespace hookcast::outputs {

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
    for (const auto& program : programs) program->stop();
    endings_.post([this, programs = std::move(programs)]() mutable {
        const std::size_t count = programs.size();
        programs.clear(); // waits
        givePlaces(count);
    });
}

void Execs::start(const hub::PublishedStream& stream, const std::vector<std::string>& words, std::int64_t unixMs,
                  Programs& programs) {
    const std::string& who = stream.opening.client->logName;
    const std::string name = stream.key.text();
    auto command = planExec(words, stream, rtmpPort_, unixMs);
    if (!command)
        log_.warn(who, "{} is given to no program: {}", base::printable(name), command.error().message);
    else if (!takePlace())
        log_.warn(who, "{} is not given to {}: exec_processes run already", base::printable(name),
                  command.value().program);
    else
        programs.push_back(std::make_unique<base::ChildProcess>(command.take(), log_, "exec", name));
}

bool Execs::takePlace() {
    const std::lock_guard lock(mutex_);
    if (places_ >= most_) return false;
    ++places_;
    return true;
}

void Execs::givePlaces(std::size_t count) {
    const std::lock_guard lock(mutex_);
    places_ -= count;
}

} // namespace hookcast::outputs
