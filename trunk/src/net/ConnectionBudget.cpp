#include "net/ConnectionBudget.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hookcast::net {

namespace {

/// A tenth of all is far more than clients need between connecting and their verdict; small servers need some too.
constexpr std::uint32_t kUnadmittedShare = 10;
constexpr std::size_t kLeastUnadmitted = 16;

/// How many addresses without a connection are remembered beside as many as there may be connections.
constexpr std::size_t kIdleSites = 1024;

} // namespace

ConnectionPlace& ConnectionPlace::operator=(ConnectionPlace&& other) noexcept {
    if (this == &other) return *this;
    giveBack();
    budget_ = std::exchange(other.budget_, nullptr);
    address_ = other.address_;
    isCounted_ = other.isCounted_;
    isAdmitted_ = other.isAdmitted_;
    return *this;
}

void ConnectionPlace::setAdmitted(bool isAdmitted) {
    if (budget_ == nullptr || isAdmitted == isAdmitted_) return;
    const std::lock_guard lock(budget_->mutex_);
    isAdmitted_ = isAdmitted;
    if (!isCounted_) return;
    std::size_t& unadmitted = budget_->siteOf(address_).unadmitted;
    unadmitted = isAdmitted ? unadmitted - 1 : unadmitted + 1;
}

base::Result<void> ConnectionPlace::moveTo(const std::string& address) {
    const auto parsed = base::IpAddress::parse(address);
    if (budget_ == nullptr || !parsed) return {};
    const base::IpAddress site = parsed->site();
    if (site == address_) return {};
    const std::lock_guard lock(budget_->mutex_);
    const bool isCounted = !budget_->isExempt(*parsed);
    if (isCounted) {
        ConnectionBudget::Site& there = budget_->siteOf(site);
        if (auto judged = budget_->judgeSite(there, isAdmitted_); !judged) return judged;
        there.tokens -= 1;
        ++there.open;
        if (!isAdmitted_) ++there.unadmitted;
    }
    budget_->leave(*this);
    address_ = site;
    isCounted_ = isCounted;
    return {};
}

base::Result<ConnectionPlace> ConnectionPlace::further(const std::string& address) const {
    return budget_ == nullptr ? ConnectionPlace() : budget_->take(address, false);
}

void ConnectionPlace::giveBack() {
    if (budget_ == nullptr) return;
    const std::lock_guard lock(budget_->mutex_);
    --budget_->open_;
    budget_->leave(*this);
    budget_ = nullptr;
}

namespace {

/// What `limits` says of one address, where so many may come in all.
ConnectionBudget::Limits limitsOf(const config::Config& config, std::size_t connections) {
    const config::LimitsConfig& limits = config.limits;
    ConnectionBudget::Limits made{.connections = connections,
                                  .perAddress = limits.connectionsPerAddress,
                                  .unadmittedPerAddress = limits.unadmittedPerAddress,
                                  .perSecond = limits.connectionRate,
                                  .exempt = limits.limitExempt};
    std::ranges::copy(config.trustedProxies, std::back_inserter(made.exempt));
    if (made.perAddress == 0) made.perAddress = (connections + 1) / 2;
    if (made.unadmittedPerAddress == 0)
        made.unadmittedPerAddress = std::max(connections / kUnadmittedShare, kLeastUnadmitted);
    return made;
}

} // namespace

ConnectionBudget::Limits ConnectionBudget::Limits::of(const config::Config& config) {
    return limitsOf(config, config.maxConnections);
}

ConnectionBudget::Limits ConnectionBudget::Limits::ofViewers(const config::Config& config) {
    Limits made = limitsOf(config, config.limits.hlsViewers);
    made.directive = "hls_viewers";
    return made;
}

/// Nobody publishes or plays there, so that all of an address's half may be unadmitted.
ConnectionBudget::Limits ConnectionBudget::Limits::ofApi(const config::Config& config) {
    Limits made = of(config);
    made.connections = config.limits.apiConnections;
    made.perAddress = (made.connections + 1) / 2;
    made.unadmittedPerAddress = made.perAddress;
    made.directive = "api_connections";
    return made;
}

base::Result<ConnectionPlace> ConnectionBudget::take(const std::string& address, bool isConnecting) {
    const auto parsed = base::IpAddress::parse(address);
    if (!parsed) return base::Error{"its address cannot be read"};
    const base::IpAddress site = parsed->site();
    const std::lock_guard lock(mutex_);
    if (open_ >= limits_.connections)
        return refuse(Limit::Connections, fmt::format("{} {} is reached", limits_.directive, limits_.connections));
    const bool isCounted = !isExempt(*parsed);
    if (isCounted) {
        forgetIdle();
        Site& there = siteOf(site);
        if (const auto judged = judgeSite(there, false, isConnecting); !judged) return judged.error();
        if (isConnecting) there.tokens -= 1;
        ++there.open;
        ++there.unadmitted;
    }
    ++open_;
    return ConnectionPlace(*this, site, isCounted);
}

std::string ConnectionBudget::refusal(const std::string& address) {
    const auto parsed = base::IpAddress::parse(address);
    if (!parsed) return "its address cannot be read";
    const std::lock_guard lock(mutex_);
    if (open_ >= limits_.connections)
        return refuse(Limit::Connections, fmt::format("{} {} is reached", limits_.directive, limits_.connections))
            .message;
    if (isExempt(*parsed)) return {};
    forgetIdle();
    const auto judged = judgeSite(siteOf(parsed->site()), false);
    return judged ? std::string() : judged.error().message;
}

std::size_t ConnectionBudget::open() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

std::size_t ConnectionBudget::limit() const {
    const std::lock_guard lock(mutex_);
    return limits_.connections;
}

std::uint64_t ConnectionBudget::refused(Limit limit) const {
    const std::lock_guard lock(mutex_);
    return refused_.at(static_cast<std::size_t>(limit));
}

void ConnectionBudget::setLimits(Limits limits) {
    const std::lock_guard lock(mutex_);
    limits_ = std::move(limits);
}

bool ConnectionBudget::isExempt(const base::IpAddress& address) const {
    return std::ranges::any_of(limits_.exempt,
                               [&address](const base::IpNetwork& network) { return network.contains(address); });
}

ConnectionBudget::Site& ConnectionBudget::siteOf(const base::IpAddress& address) {
    const auto [found, isNew] = sites_.try_emplace(address);
    Site& site = found->second;
    if (isNew) {
        site.tokens = limits_.perSecond;
        site.filledAtMs = clock_.monotonicMs();
    }
    fill(site);
    return site;
}

void ConnectionBudget::fill(Site& site) const {
    constexpr double kMsPerSecond = 1000;
    const std::int64_t nowMs = clock_.monotonicMs();
    const auto perMs = limits_.perSecond / kMsPerSecond;
    site.tokens =
        std::min<double>(limits_.perSecond, site.tokens + static_cast<double>(nowMs - site.filledAtMs) * perMs);
    site.filledAtMs = nowMs;
}

base::Result<void> ConnectionBudget::judgeSite(const Site& site, bool isAdmitted, bool isConnecting) {
    if (site.open >= limits_.perAddress)
        return refuse(Limit::PerAddress,
                      fmt::format("{} clients of its address are there (connections_per_address)", site.open));
    if (!isAdmitted && site.unadmitted >= limits_.unadmittedPerAddress)
        return refuse(Limit::Unadmitted,
                      fmt::format("{} clients of its address neither publish nor play (unadmitted_per_address)",
                                  site.unadmitted));
    if (isConnecting && site.tokens < 1)
        return refuse(Limit::Rate, fmt::format("its address connects more than {} times a second (connection_rate)",
                                               limits_.perSecond));
    return {};
}

base::Error ConnectionBudget::refuse(Limit limit, std::string reason) {
    ++refused_.at(static_cast<std::size_t>(limit));
    return base::Error{std::move(reason)};
}

/// An address without a connection has an entry for its rate only: when there are too many, all of those go.
void ConnectionBudget::forgetIdle() {
    if (sites_.size() < limits_.connections + kIdleSites) return;
    std::erase_if(sites_, [](const auto& entry) { return entry.second.open == 0; });
}

void ConnectionBudget::leave(const ConnectionPlace& place) {
    if (!place.isCounted_) return;
    const auto found = sites_.find(place.address_);
    Site& site = found->second;
    --site.open;
    if (!place.isAdmitted_) --site.unadmitted;
    fill(site);
    if (site.open == 0 && site.tokens >= limits_.perSecond) sites_.erase(found);
}

} // namespace hookcast::net
