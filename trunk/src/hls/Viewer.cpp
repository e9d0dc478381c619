#include "hls/Viewer.h"

#include "net/EndReasons.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

/// Players ask for the playlist about once per target duration.
constexpr std::int64_t kTimeoutTargets = 3;
constexpr std::int64_t kLeastTimeoutMs = 3000;

constexpr const char* kSilent = "the viewer has asked for nothing for hls_viewer_timeout";
constexpr const char* kAbandoned = "the client has left before the verdict";

} // namespace

Viewer::Viewer(visits::Services& services, const Streams& streams, const Wanted& wanted, net::ConnectionPlace place,
               ViewerPassPtr pass, OnGone onGone)
    : RoamingViewer(services, pass->home(), config::Protocol::Hls, wanted.ip, std::move(place), pass),
      streams_(streams), pass_(std::move(pass)), onGone_(std::move(onGone)) {}

Viewer::~Viewer() = default;

void Viewer::start(const Wanted& wanted) {
    ask(wanted, [this, wish = wishOf(wanted)](const auto& refusal) {
        if (refusal)
            end(refusal->reason, ViewerPass::State::Refused);
        else
            awaitStream(wish);
    });
}

/// Only who was let in learns whether there is such a stream.
void Viewer::awaitStream(const visits::Wish& wish) {
    if (hasSegments()) { // its publisher may have left: what there is can still be had
        admit();
        return;
    }
    visit().awaitStream(
        wish, visit().vhost()->play.waitStreamMs, [](const hub::StreamHeaders&) { return true; },
        [this](const auto& headers) {
            if (headers == nullptr && !hasSegments())
                end(net::kNobodyPublishes, ViewerPass::State::NoStream);
            else
                admit();
        });
}

bool Viewer::hasSegments() const {
    const StreamPtr stream = streams_.find(key());
    return stream != nullptr && !stream->window().view()->segments.empty();
}

void Viewer::admit() {
    audience_.emplace(services().streams.attend(key()));
    visit().endStreamWait();
    services().log.trace(visit().logName(), "plays {}.m3u8", base::printable(key().text()));
    pass_->setState(ViewerPass::State::Admitted);
}

void Viewer::end(const std::string& reason, ViewerPass::State state) {
    if (std::exchange(hasEnded_, true)) return;
    pass_->setState(state);
    if (audience_) audience_->setSent(traffic().sentBytes);
    audience_.reset();
    visit().close(reason);
    if (state == ViewerPass::State::Ended) {
        const auto [line, parts] =
            net::closedLine(reason, pass_->ip(), 0, traffic().sentBytes, home().clock().monotonicMs() - arrivedAtMs());
        services().log.line(base::LogLevel::Trace, visit().logName(), line, parts);
    }
    onGone_(*this);
}

void Viewer::endIfAbandoned() {
    if (pass_->state() == ViewerPass::State::Asked && pass_->idleMs(home().clock().monotonicMs() + 1) > 0)
        end(kAbandoned);
}

void Viewer::look(std::int64_t nowMs) {
    const StreamPtr stream = streams_.find(key());
    const WindowViewPtr view = stream == nullptr ? nullptr : stream->window().view();
    const bool isOver = view == nullptr || view->hasEnded;
    // Whoever goes on asking for what is not there any more has no stream, either.
    const bool isGone = pass_->state() == ViewerPass::State::Admitted && (view == nullptr || view->segments.empty()) &&
                        services().streams.headers(key()) == nullptr;
    if (mustEnd())
        end("internal error");
    else if (isGone || (isOver && pass_->idleMs(nowMs) > timeoutMs(view)))
        end(net::kPublisherLeft);
    else if (pass_->idleMs(nowMs) > timeoutMs(view))
        end(kSilent);
}

std::int64_t Viewer::timeoutMs(const WindowViewPtr& view) const {
    const config::HlsConfig& hls = visit().vhost()->hls;
    if (hls.viewerTimeoutMs > 0) return hls.viewerTimeoutMs;
    const std::int64_t targetMs = view == nullptr ? 0 : view->targetDurationMs;
    return std::max(kTimeoutTargets * (targetMs == 0 ? hls.fragmentMs : targetMs), kLeastTimeoutMs);
}

} // namespace hookcast::hls
