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

visits::Caller callerOf(visits::Services& services, const std::string& ip) {
    const std::uint64_t number = services.numbers.next();
    return {number, config::logNameOf(config::Protocol::Hls, number), config::Protocol::Hls, ip};
}

} // namespace

Viewer::Viewer(visits::Services& services, const Streams& streams, const Wanted& wanted, net::ConnectionPlace place,
               ViewerPassPtr pass, OnGone onGone)
    : services_(services), streams_(streams), pass_(std::move(pass)), onGone_(std::move(onGone)),
      place_(std::move(place)), visit_(services, pass_->home(), callerOf(services, wanted.ip), *this),
      arrivedAtMs_(pass_->home().clock().monotonicMs()) {}

Viewer::~Viewer() = default;

void Viewer::start(Wanted wanted) {
    visits::Place place;
    place.app = wanted.app;
    place.url = wanted.url;
    place.tcUrl = std::move(wanted.tcUrl);
    place.pageUrl = std::move(wanted.pageUrl);
    place.param = wanted.param;
    place.stream = wanted.stream;
    place.use = config::StreamUse::Play;
    visits::Wish wish{std::move(wanted.app), std::move(wanted.stream), std::move(wanted.param), std::move(wanted.url)};
    visit_.connect(std::move(wanted.vhost), std::move(place), [this, wish = std::move(wish)](const auto& refusal) {
        if (refusal)
            end(refusal->reason, ViewerPass::State::Refused);
        else
            askToPlay(wish);
    });
}

void Viewer::askToPlay(const visits::Wish& wish) {
    visit_.askToPlay(wish, [this, wish](const auto& refusal) {
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
    visit_.awaitStream(
        wish, visit_.vhost()->play.waitStreamMs, [](const hub::StreamHeaders&) { return true; },
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
    audience_.emplace(services_.streams.attend(key()));
    visit_.endStreamWait();
    services_.log.trace(visit_.logName(), "plays {}.m3u8", base::printable(key().text()));
    pass_->setState(ViewerPass::State::Admitted);
}

void Viewer::end(const std::string& reason, ViewerPass::State state) {
    if (std::exchange(hasEnded_, true)) return;
    pass_->setState(state);
    if (audience_) audience_->setSent(pass_->sentBytes());
    audience_.reset();
    visit_.close(reason);
    if (state == ViewerPass::State::Ended) {
        const auto [line, parts] = net::closedLine(reason, pass_->ip(), 0, pass_->sentBytes(),
                                                   pass_->home().clock().monotonicMs() - arrivedAtMs_);
        services_.log.line(base::LogLevel::Trace, visit_.logName(), line, parts);
    }
    onGone_(*this);
}

void Viewer::endIfAbandoned() {
    if (pass_->state() == ViewerPass::State::Asked && pass_->idleMs(pass_->home().clock().monotonicMs() + 1) > 0)
        end(kAbandoned);
}

void Viewer::look(std::int64_t nowMs) {
    const StreamPtr stream = streams_.find(key());
    const WindowViewPtr view = stream == nullptr ? nullptr : stream->window().view();
    const bool isOver = view == nullptr || view->hasEnded;
    // Whoever goes on asking for what is not there any more has no stream, either.
    const bool isGone = pass_->state() == ViewerPass::State::Admitted && (view == nullptr || view->segments.empty()) &&
                        services_.streams.headers(key()) == nullptr;
    if (mustEnd_)
        end("internal error");
    else if (isGone || (isOver && pass_->idleMs(nowMs) > timeoutMs(view)))
        end(net::kPublisherLeft);
    else if (pass_->idleMs(nowMs) > timeoutMs(view))
        end(kSilent);
}

std::int64_t Viewer::timeoutMs(const WindowViewPtr& view) const {
    const config::HlsConfig& hls = visit_.vhost()->hls;
    if (hls.viewerTimeoutMs > 0) return hls.viewerTimeoutMs;
    const std::int64_t targetMs = view == nullptr ? 0 : view->targetDurationMs;
    return std::max(kTimeoutTargets * (targetMs == 0 ? hls.fragmentMs : targetMs), kLeastTimeoutMs);
}

void Viewer::endLater(const std::string& reason) {
    pass_->home().post([weak = weak_from_this(), reason] {
        if (const auto self = weak.lock()) self->end(reason);
    });
}

void Viewer::endAfterFailure(const std::exception& why) noexcept {
    try {
        endLater(std::string("internal error: ") + why.what());
    } catch (const std::exception&) {
        mustEnd_ = true; // at the next look
    }
}

} // namespace hookcast::hls
