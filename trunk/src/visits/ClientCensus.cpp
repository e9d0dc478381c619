#include "visits/ClientCensus.h"

#include "visits/Visit.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace hookcast::visits {

namespace {

/// Filled by all loops at once, each in its own places.
struct Census {
    std::vector<AdmittedClientPtr> clients;
    std::vector<std::optional<ClientFigures>> figures;
    std::atomic<std::size_t> loopsLeft{0};
    std::function<void(std::vector<ClientFigures>)> onDone;
};

ClientFigures look(const AdmittedClientPtr& clientPtr) {
    AdmittedClient& client = *clientPtr;
    const std::int64_t nowMs = client.loop.clock().monotonicMs();
    const net::SessionPort::Traffic now = client.visitor.traffic();
    if (client.meters == nullptr)
        client.meters = std::make_unique<AdmittedClient::Meters>(AdmittedClient::Meters{
            {client.sinceMs, client.before.sentBytes}, {client.sinceMs, client.before.receivedBytes}});
    AdmittedClient::Meters& meters = *client.meters;
    meters.sent.sample(nowMs, now.sentBytes);
    meters.received.sample(nowMs, now.receivedBytes);
    ClientFigures figures;
    figures.client = clientPtr;
    figures.aliveMs = nowMs - client.sinceMs;
    figures.sentBytes = now.sentBytes - client.before.sentBytes;
    figures.receivedBytes = now.receivedBytes - client.before.receivedBytes;
    figures.sentPerSecond = meters.sent.perSecond(nowMs, now.sentBytes);
    figures.receivedPerSecond = meters.received.perSecond(nowMs, now.receivedBytes);
    return figures;
}

void finish(Census& census) {
    std::vector<ClientFigures> all;
    for (std::optional<ClientFigures>& figures : census.figures)
        if (figures) all.push_back(std::move(*figures));
    census.onDone(std::move(all));
}

} // namespace

void takeCensus(const std::vector<AdmittedClientPtr>& clients, std::function<void(std::vector<ClientFigures>)> onDone) {
    auto census = std::make_shared<Census>();
    census->clients = clients;
    census->figures.resize(clients.size());
    census->onDone = std::move(onDone);
    std::map<net::Loop*, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < clients.size(); ++i) places[&clients[i]->loop].push_back(i);
    census->loopsLeft = places.size();
    if (places.empty()) finish(*census);
    for (auto& [loop, itsPlaces] : places) {
        loop->post([census, itsPlaces = std::move(itsPlaces)] {
            for (const std::size_t place : itsPlaces)
                if (census->clients[place]->isThere) census->figures[place] = look(census->clients[place]);
            if (census->loopsLeft.fetch_sub(1) == 1) finish(*census);
        });
    }
}

void lookAt(const GuestPtr& guest, std::function<void(std::optional<ClientState>)> onDone) {
    if (guest == nullptr) {
        onDone({});
        return;
    }
    guest->loop.post([guest, onDone = std::move(onDone)] {
        onDone(guest->visit == nullptr ? std::nullopt : std::optional(guest->visit->state()));
    });
}

} // namespace hookcast::visits
