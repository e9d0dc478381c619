#include "visits/ClientBook.h"

#include "visits/ClientCensus.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace hookcast::visits {

namespace {

std::optional<std::uint64_t> numberIn(const std::string& id) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    return error == std::errc() && end == id.data() + id.size() ? std::optional(number) : std::nullopt;
}

void add(const net::SessionPort::Traffic& traffic, config::Protocol protocol, TrafficTotals& totals) {
    net::SessionPort::Traffic& total = totals[static_cast<std::size_t>(protocol)];
    total.sentBytes += traffic.sentBytes;
    total.receivedBytes += traffic.receivedBytes;
}

} // namespace

ClientBook::Listing& ClientBook::Listing::operator=(Listing&& other) noexcept {
    if (this == &other) return *this;
    remove();
    book_ = std::exchange(other.book_, nullptr);
    client_ = std::move(other.client_);
    return *this;
}

void ClientBook::Listing::remove() {
    if (book_ == nullptr) return;
    client_->loop.assertCurrent();
    client_->isThere = false;
    // A successor may have entered in the meantime.
    const net::SessionPort::Traffic now = client_->visitor.traffic();
    const net::SessionPort::Traffic its{now.sentBytes - client_->before.sentBytes,
                                        now.receivedBytes - client_->before.receivedBytes};
    if (book_->erase(client_, its)) client_->visitor.setAdmitted(false);
    book_ = nullptr;
}

ClientBook::Listing ClientBook::enter(AdmittedClientPtr client) {
    client->loop.assertCurrent();
    {
        const std::lock_guard lock(mutex_);
        clients_[client->opening.client->number()] = client;
    }
    client->visitor.setAdmitted(true);
    return {*this, std::move(client)};
}

bool ClientBook::erase(const AdmittedClientPtr& client, const net::SessionPort::Traffic& itsTraffic) {
    const std::lock_guard lock(mutex_);
    add(itsTraffic, client->opening.client->protocol(), left_);
    client->isSummed = true;
    const auto found = clients_.find(client->opening.client->number());
    if (found == clients_.end() || found->second != client) return false;
    clients_.erase(found);
    return true;
}

ClientBook::Stay::~Stay() {
    guest_->loop.assertCurrent();
    guest_->visit = nullptr;
    book_.depart(guest_);
}

ClientBook::Stay ClientBook::arrive(GuestPtr guest) {
    guest->loop.assertCurrent();
    {
        const std::lock_guard lock(mutex_);
        guests_[guest->who->name.number] = guest;
    }
    return {*this, std::move(guest)};
}

void ClientBook::depart(const GuestPtr& guest) {
    const std::lock_guard lock(mutex_);
    const auto found = guests_.find(guest->who->name.number);
    // A further visit on the same connection may have begun in the meantime.
    if (found != guests_.end() && found->second == guest) guests_.erase(found);
}

GuestPtr ClientBook::findGuest(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    if (const auto number = numberIn(id))
        if (const auto found = guests_.find(*number); found != guests_.end()) return found->second;
    const auto isMeant = [&id](const auto& entry) {
        const base::TracedClients::Client& name = entry.second->who->name;
        return name.id == id || name.logName == id;
    };
    const auto found = std::ranges::find_if(guests_, isMeant);
    return found == guests_.end() ? nullptr : found->second;
}

std::vector<AdmittedClientPtr> ClientBook::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<AdmittedClientPtr> all;
    all.reserve(clients_.size());
    for (const auto& [number, client] : clients_) all.push_back(client);
    return all;
}

TrafficTotals ClientBook::totals(const std::vector<ClientFigures>& present) const {
    const std::lock_guard lock(mutex_);
    TrafficTotals totals = left_;
    for (const ClientFigures& client : present)
        if (!client.client->isSummed)
            add({client.sentBytes, client.receivedBytes}, client.opening().client->protocol(), totals);
    return totals;
}

std::size_t ClientBook::size() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

AdmittedClientPtr ClientBook::find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    if (const auto number = numberIn(id))
        if (const auto found = clients_.find(*number); found != clients_.end()) return found->second;
    // An id may consist of digits too.
    const auto isMeant = [&id](const auto& entry) {
        const hooks::ClientInfo& client = *entry.second->opening.client;
        return client.id() == id || client.logName() == id;
    };
    const auto found = std::ranges::find_if(clients_, isMeant);
    return found == clients_.end() ? nullptr : found->second;
}

void ClientBook::kick(const AdmittedClientPtr& client, const std::string& reason) {
    client->loop.post([client, reason] {
        if (client->isThere) client->visitor.endLater(reason);
    });
}

} // namespace hookcast::visits
