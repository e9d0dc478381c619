#include "hooks/Breakers.h"

#include "base/Log.h"

#include <algorithm>
#include <utility>

namespace hookcast::hooks {

Breakers::Pass::Pass(Pass&& other) noexcept
    : breakers_(std::exchange(other.breakers_, nullptr)), url_(std::move(other.url_)), terms_(other.terms_),
      successesBefore_(other.successesBefore_), isTrial_(other.isTrial_) {}

Breakers::Pass& Breakers::Pass::operator=(Pass&& other) noexcept {
    if (this == &other) return *this;
    giveBack();
    breakers_ = std::exchange(other.breakers_, nullptr);
    url_ = std::move(other.url_);
    terms_ = other.terms_;
    successesBefore_ = other.successesBefore_;
    isTrial_ = other.isTrial_;
    return *this;
}

Breakers::Change Breakers::Pass::end(bool failed, std::int64_t nowMs) {
    Breakers* const breakers = std::exchange(breakers_, nullptr);
    return breakers == nullptr ? Change::None : breakers->end(*this, failed, nowMs);
}

void Breakers::Pass::giveBack() {
    Breakers* const breakers = std::exchange(breakers_, nullptr);
    if (breakers != nullptr && isTrial_) breakers->giveBack(*this);
}

std::optional<Breakers::Pass> Breakers::enter(const std::string& url, const config::BreakerTerms& terms,
                                              std::int64_t nowMs) {
    Pass pass;
    if (terms.failures == 0) return pass;
    pass.url_ = url;
    pass.terms_ = terms;
    const std::lock_guard lock(mutex_);
    Entry* const entry = find(url);
    if (entry == nullptr) return pass;
    if (entry->isOpen) {
        if (nowMs < entry->openUntilMs) return std::nullopt;
        entry->openUntilMs = nowMs + terms.openMs;
        ++entry->trials;
        pass.isTrial_ = true;
    }
    pass.successesBefore_ = entry->successes;
    pass.breakers_ = this;
    return pass;
}

Breakers::Change Breakers::note(const std::string& url, const config::BreakerTerms& terms, bool failed,
                                std::int64_t nowMs) {
    Pass pass;
    if (terms.failures == 0) return Change::None;
    pass.url_ = url;
    pass.terms_ = terms;
    {
        const std::lock_guard lock(mutex_);
        if (const Entry* const entry = find(url)) pass.successesBefore_ = entry->successes;
    }
    return end(pass, failed, nowMs);
}

Breakers::Change Breakers::end(const Pass& pass, bool failed, std::int64_t nowMs) {
    const std::lock_guard lock(mutex_);
    Entry* const entry = find(pass.url_);
    if (entry == nullptr) return Change::None;
    if (pass.isTrial_) --entry->trials;
    if (!failed) {
        ++entry->successes;
        entry->failures = 0;
        return std::exchange(entry->isOpen, false) ? Change::Closed : Change::None;
    }
    if (entry->isOpen) {
        if (pass.isTrial_) entry->openUntilMs = nowMs + pass.terms_.openMs;
        return Change::None;
    }
    // Others have been answered since it began: it was slow, and the backend is there.
    if (entry->successes != pass.successesBefore_) return Change::None;
    if (++entry->failures < pass.terms_.failures) return Change::None;
    entry->isOpen = true;
    entry->openUntilMs = nowMs + pass.terms_.openMs;
    ++entry->opened;
    return Change::Opened;
}

void Breakers::giveBack(const Pass& pass) {
    const std::lock_guard lock(mutex_);
    Entry* const entry = find(pass.url_);
    if (entry == nullptr) return;
    --entry->trials;
    entry->openUntilMs = 0; // it has tried nothing
}

Breakers::Entry* Breakers::find(const std::string& url) {
    const auto found = entries_.find(url);
    if (found != entries_.end()) return &found->second;
    return entries_.size() >= kUrls ? nullptr : &entries_[url];
}

std::map<std::string, Breakers::Figures> Breakers::figures() const {
    std::map<std::string, Figures> all;
    const std::lock_guard lock(mutex_);
    for (const auto& [url, entry] : entries_) {
        Figures& figures = all[base::withoutSecrets(url)];
        const State state = !entry.isOpen ? State::Closed : entry.trials > 0 ? State::HalfOpen : State::Open;
        figures.state = std::max(figures.state, state);
        figures.opened += entry.opened;
    }
    return all;
}

std::string_view nameOf(Breakers::State state) {
    switch (state) {
    case Breakers::State::Closed: return "closed";
    case Breakers::State::HalfOpen: return "half_open";
    case Breakers::State::Open: return "open";
    }
    return {};
}

} // namespace hookcast::hooks
