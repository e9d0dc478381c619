#include "base/TracedClients.h"

#include "base/IpAddress.h"
#include "base/IpNetwork.h"

#include <algorithm>
#include <mutex>

namespace hookcast::base {

namespace {

bool names(const std::string& word, const TracedClients::Client& client) {
    if (word == client.logName || word == client.id) return true;
    if (client.number != 0 && word == std::to_string(client.number)) return true;
    const auto address = IpAddress::parse(client.address);
    if (!address) return false;
    const Result<IpNetwork> network = IpNetwork::parse(word);
    return network && network.value().contains(*address);
}

} // namespace

TracedClients::Introduction& TracedClients::Introduction::operator=(Introduction&& other) noexcept {
    if (this == &other) return *this;
    end();
    clients_ = std::exchange(other.clients_, nullptr);
    place_ = other.place_;
    own_ = std::move(other.own_);
    return *this;
}

void TracedClients::Introduction::end() {
    if (clients_ == nullptr) return;
    const std::unique_lock lock(clients_->mutex_);
    clients_->introduced_.erase(place_);
    clients_ = nullptr;
}

TracedClients::Introduction TracedClients::introduce(Client client) {
    auto own = std::make_unique<const Client>(std::move(client));
    Introduction introduction = introduceLasting(*own);
    introduction.own_ = std::move(own);
    return introduction;
}

TracedClients::Introduction TracedClients::introduceLasting(const Client& client) {
    const std::unique_lock lock(mutex_);
    return {*this, introduced_.insert(Introduction::Known{&client, isMeant(client)})};
}

void TracedClients::trace(std::vector<std::string> words) {
    const std::unique_lock lock(mutex_);
    words_ = std::move(words);
    for (const Introduction::Known& known : introduced_) known.isTraced = isMeant(*known.client);
    isAnybodyMeant_.store(!words_.empty(), std::memory_order_relaxed);
}

std::string TracedClients::faultIn(std::string_view word) {
    if (word.empty()) return "names nobody";
    const bool looksLikeAddress = word.find_first_of(".:/") != std::string_view::npos &&
                                  word.find_first_not_of("0123456789abcdefABCDEF.:/%") == std::string_view::npos;
    if (!looksLikeAddress) return {};
    const Result<IpNetwork> network = IpNetwork::parse(word);
    return network ? std::string() : network.error().message;
}

bool TracedClients::isMeant(const Client& client) const {
    return std::ranges::any_of(words_, [&client](const std::string& word) { return names(word, client); });
}

bool TracedClients::find(std::string_view logName) const {
    const std::shared_lock lock(mutex_);
    const auto [first, last] = introduced_.equal_range(logName);
    return std::any_of(first, last, [](const Introduction::Known& known) { return known.isTraced; });
}

} // namespace hookcast::base
