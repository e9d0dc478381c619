#include "vod/Viewer.h"

#include "config/Protocol.h"

#include <algorithm>
#include <utility>

namespace hookcast::vod {

namespace {

constexpr const char* kSilent = "the viewer asked for nothing any more";

} // namespace

Viewer::Viewer(visits::Services& services, net::Loop& loop, const std::string& ip, net::ConnectionPlace place,
               OnEnd onEnd)
    : Viewer(services, loop, ip, std::move(place), std::make_shared<ViewerTraffic>(), std::move(onEnd)) {}

Viewer::Viewer(visits::Services& services, net::Loop& loop, const std::string& ip, net::ConnectionPlace place,
               std::shared_ptr<ViewerTraffic> shared, OnEnd onEnd)
    : RoamingViewer(services, loop, config::Protocol::HttpFlv, ip, std::move(place), shared), onEnd_(std::move(onEnd)),
      shared_(std::move(shared)), timer_(loop) {
    shared_->heardAtMs = arrivedAtMs();
    shared_->patienceMs = kPatienceMs;
}

void Viewer::start(const Wanted& wanted, const visits::Visit::OnAnswer& onVerdict) {
    ask(wanted, [this, key = wanted.key, onVerdict](const auto& refusal) {
        onVerdict(refusal);
        if (refusal) {
            end(refusal->reason);
            return;
        }
        services().log.trace(visit().logName(), "looks at recordings of {}", base::printable(key.text()));
        watch();
    });
}

/// Looks again when he will have been silent for too long, if nothing comes.
void Viewer::watch() {
    const std::int64_t silentMs = home().clock().monotonicMs() - shared_->heardAtMs;
    const std::int64_t leftMs = shared_->patienceMs - silentMs;
    if (mustEnd() || (leftMs <= 0 && shared_->requests == 0)) {
        end(mustEnd() ? "internal error" : kSilent);
        return;
    }
    constexpr std::int64_t kWhileAnsweringMs = 1000;
    timer_.runAfter(std::max(leftMs, kWhileAnsweringMs), [this] { watch(); });
}

void Viewer::end(const std::string& reason) {
    if (std::exchange(hasEnded_, true)) return;
    shared_->isOver = true;
    timer_.cancel();
    visit().close(reason);
    onEnd_();
}

} // namespace hookcast::vod
