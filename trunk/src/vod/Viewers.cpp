#include "vod/Viewers.h"

#include "net/EndReasons.h"

#include <utility>

namespace hookcast::vod {

void Viewers::ask(const std::string& id, const Viewer::Wanted& wanted, net::Loop& loop, OnVerdict onVerdict) {
    std::shared_ptr<Viewer> viewer;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(id);
        if (found != entries_.end() && !found->second.traffic->isOver) {
            Entry& entry = found->second;
            if (entry.isAdmitted)
                loop.post([onVerdict = std::move(onVerdict), traffic = entry.traffic] { onVerdict(traffic); });
            else
                entry.waiting.push_back({&loop, std::move(onVerdict)});
            return;
        }
        base::Result<net::ConnectionPlace> room = base::Error{net::kServerStopped};
        if (!hasStopped_) room = budget_.take(wanted.ip);
        if (!room || found != entries_.end()) {
            ++refused_;
            const base::Error error = room ? base::Error{net::kClosed} : room.error();
            loop.post([onVerdict = std::move(onVerdict), error] { onVerdict(error); });
            return;
        }
        viewer =
            std::make_shared<Viewer>(services_, loop, wanted.ip, std::move(room.value()), [this, id] { forget(id); });
        Entry entry{viewer, viewer->shared(), &loop, wanted.vhost->name};
        entry.waiting.push_back({&loop, std::move(onVerdict)});
        entries_.emplace(id, std::move(entry));
    }
    viewer->start(wanted, [this, id](const std::optional<visits::Refusal>& refusal) {
        settle(id, refusal ? base::Result<void>(base::Error{refusal->reason}) : base::Result<void>());
    });
}

/// Tells all who wait for the verdict.
void Viewers::settle(const std::string& id, const base::Result<void>& verdict) {
    std::vector<Waiting> waiting;
    std::shared_ptr<ViewerTraffic> traffic;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end()) return;
        found->second.isAdmitted = verdict.ok();
        waiting = std::exchange(found->second.waiting, {});
        traffic = found->second.traffic;
    }
    for (Waiting& one : waiting) {
        base::Result<std::shared_ptr<ViewerTraffic>> result(traffic);
        if (!verdict) result = verdict.error();
        one.loop->post([onVerdict = std::move(one.onVerdict), result = std::move(result)] { onVerdict(result); });
    }
}

/// He has ended: on his loop, from within a call of his.
void Viewers::forget(const std::string& id) {
    settle(id, base::Error{net::kClosed});
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    net::Loop* const loop = found->second.loop;
    loop->post([viewer = std::move(found->second.viewer)] {});
    entries_.erase(found);
}

void Viewers::endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    std::map<net::Loop*, std::vector<std::shared_ptr<Viewer>>> leaving;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, entry] : entries_)
            if (isGone(entry.vhost)) leaving[entry.loop].push_back(entry.viewer);
    }
    for (auto& [loop, viewers] : leaving) {
        loop->runAndWait([&, &viewers = viewers] {
            for (const auto& viewer : viewers) viewer->end(reason);
            viewers.clear();
        });
    }
}

void Viewers::stop(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        hasStopped_ = true;
    }
    endSessions([](const std::string&) { return true; }, reason);
}

std::size_t Viewers::count() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

} // namespace hookcast::vod
