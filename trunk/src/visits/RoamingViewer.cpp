#include "visits/RoamingViewer.h"

#include <string_view>
#include <utility>

namespace hookcast::visits {

namespace {

Caller callerOf(Services& services, config::Protocol protocol, const std::string& ip) {
    const std::uint64_t number = services.numbers.next();
    return {number, config::logNameOf(protocol, number), protocol, ip};
}

Place placeOf(const RoamingViewer::Wanted& wanted) {
    const std::string_view path = std::string_view(wanted.url).substr(0, wanted.url.find('?'));
    Place place;
    place.app = wanted.key.app;
    place.url = wanted.url;
    place.tcUrl = path.substr(0, path.rfind('/'));
    place.pageUrl = wanted.pageUrl;
    place.param = wanted.param;
    place.stream = wanted.key.stream;
    place.use = config::StreamUse::Play;
    return place;
}

} // namespace

RoamingViewer::RoamingViewer(Services& services, net::Loop& home, config::Protocol protocol, const std::string& ip,
                             net::ConnectionPlace place, std::shared_ptr<const RoamingTraffic> traffic)
    : services_(services), home_(home), traffic_(std::move(traffic)), place_(std::move(place)),
      visit_(services, home, callerOf(services, protocol, ip), *this), arrivedAtMs_(home.clock().monotonicMs()) {}

Wish RoamingViewer::wishOf(const Wanted& wanted) {
    return {wanted.key.app, wanted.key.stream, wanted.param, wanted.url};
}

void RoamingViewer::ask(const Wanted& wanted, const Visit::OnAnswer& onAnswer) {
    visit_.connect(wanted.vhost, placeOf(wanted), [this, wish = wishOf(wanted), onAnswer](const auto& refusal) {
        if (refusal)
            onAnswer(refusal);
        else
            visit_.askToPlay(wish, onAnswer);
    });
}

void RoamingViewer::endLater(const std::string& reason) {
    home_.post([weak = weak_from_this(), reason] {
        if (const auto self = weak.lock()) self->end(reason);
    });
}

void RoamingViewer::endAfterFailure(const std::exception& why) noexcept {
    try {
        endLater(std::string("internal error: ") + why.what());
    } catch (const std::exception&) {
        mustEnd_ = true;
    }
}

} // namespace hookcast::visits
