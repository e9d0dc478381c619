#include "vod/Viewer.h"

#include "config/Protocol.h"
#include "http/RequestTarget.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hookcast::vod {

namespace {

constexpr const char* kSilent = "the viewer asked for nothing any more";

visits::Caller callerOf(visits::Services& services, std::string ip) {
    const std::uint64_t number = services.numbers.next();
    const config::Protocol protocol = config::Protocol::HttpFlv;
    return {number, config::logNameOf(protocol, number), protocol, std::move(ip)};
}

} // namespace

Viewer::Viewer(visits::Services& services, net::Loop& loop, std::string ip, net::ConnectionPlace place, OnEnd onEnd)
    : services_(services), loop_(loop), onEnd_(std::move(onEnd)), place_(std::move(place)), timer_(loop),
      visit_(services, loop, callerOf(services, std::move(ip)), *this) {
    traffic_->heardAtMs = loop.clock().monotonicMs();
    traffic_->patienceMs = kPatienceMs;
}

void Viewer::ask(const ViewerWish& wish, const OnVerdict& onVerdict) {
    visits::Place place;
    place.app = wish.key.app;
    place.url = wish.url;
    const std::string_view path = http::withoutQuery(wish.url);
    place.tcUrl = path.substr(0, path.rfind('/'));
    place.pageUrl = wish.pageUrl;
    place.param = wish.param;
    place.stream = wish.key.stream;
    place.use = config::StreamUse::Play;
    visit_.connect(wish.vhost, std::move(place), [this, wish, onVerdict](const auto& refusal) {
        if (!refusal) {
            askToPlay(wish, onVerdict);
            return;
        }
        onVerdict(refusal);
        end(refusal->reason);
    });
}

void Viewer::askToPlay(const ViewerWish& wish, const OnVerdict& onVerdict) {
    visit_.askToPlay(
        {"", wish.key.stream, wish.param, wish.url}, [this, key = wish.key, onVerdict](const auto& refusal) {
            onVerdict(refusal);
            if (refusal) {
                end(refusal->reason);
                return;
            }
            services_.log.trace(visit_.logName(), "looks at recordings of {}", base::printable(key.text()));
            watch();
        });
}

/// Looks again when he will have been silent for too long, if nothing comes.
void Viewer::watch() {
    const std::int64_t silentMs = loop_.clock().monotonicMs() - traffic_->heardAtMs;
    const std::int64_t leftMs = traffic_->patienceMs - silentMs;
    if (leftMs <= 0 && traffic_->requests == 0) {
        end(kSilent);
        return;
    }
    constexpr std::int64_t kWhileAnsweringMs = 1000;
    timer_.runAfter(std::max(leftMs, kWhileAnsweringMs), [this] { watch(); });
}

void Viewer::end(const std::string& reason) {
    if (std::exchange(hasEnded_, true)) return;
    traffic_->isOver = true;
    timer_.cancel();
    visit_.close(reason);
    onEnd_();
}

void Viewer::endLater(const std::string& reason) {
    loop_.post([weak = weak_from_this(), reason] {
        if (const auto alive = weak.lock()) alive->end(reason);
    });
}

void Viewer::endAfterFailure(const std::exception& why) noexcept {
    traffic_->isOver = true;
    try {
        endLater(std::string("internal error: ") + why.what());
    } catch (const std::exception&) {
        // Without memory for more he stays without a right until the server ends.
        traffic_->patienceMs = 0;
    }
}

} // namespace hookcast::vod
