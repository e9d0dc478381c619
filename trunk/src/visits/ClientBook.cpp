#include "visits/ClientBook.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hookcast::visits {

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
    if (book_->erase(client_)) client_->visitor.setAdmitted(false);
    book_ = nullptr;
}

ClientBook::Listing ClientBook::enter(AdmittedClientPtr client) {
    client->loop.assertCurrent();
    {
        const std::lock_guard lock(mutex_);
        clients_[client->opening.client->number] = client;
    }
    client->visitor.setAdmitted(true);
    return {*this, std::move(client)};
}

bool ClientBook::erase(const AdmittedClientPtr& client) {
    const std::lock_guard lock(mutex_);
    const auto found = clients_.find(client->opening.client->number);
    if (found == clients_.end() || found->second != client) return false;
    clients_.erase(found);
    return true;
}

std::vector<AdmittedClientPtr> ClientBook::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<AdmittedClientPtr> all;
    all.reserve(clients_.size());
    for (const auto& [number, client] : clients_) all.push_back(client);
    return all;
}

std::size_t ClientBook::size() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

AdmittedClientPtr ClientBook::find(const std::string& id) const {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    const bool isNumber = error == std::errc() && end == id.data() + id.size();
    const std::lock_guard lock(mutex_);
    if (const auto found = isNumber ? clients_.find(number) : clients_.end(); found != clients_.end())
        return found->second;
    // An id may consist of digits too.
    const auto hasId = [&id](const auto& entry) { return entry.second->opening.client->id == id; };
    const auto found = std::ranges::find_if(clients_, hasId);
    return found == clients_.end() ? nullptr : found->second;
}

void ClientBook::kick(const AdmittedClientPtr& client, const std::string& reason) {
    client->loop.post([client, reason] {
        if (client->isThere) client->visitor.endLater(reason);
    });
}

} // namespace hookcast::visits
