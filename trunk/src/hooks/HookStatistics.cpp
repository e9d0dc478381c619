#include "hooks/HookStatistics.h"

#include "base/Log.h"

#include <algorithm>

namespace hookcast::hooks {

double HookStatistics::Figures::percentileMs(double share) const {
    const double wanted = share * static_cast<double>(calls);
    double below = 0;
    for (std::size_t i = 0; i < durations.size(); ++i) {
        const auto inClass = static_cast<double>(durations[i]);
        if (inClass > 0 && below + inClass >= wanted) {
            const double from = i == 0 ? 0 : static_cast<double>(kBoundsMs[i - 1]);
            const double to = static_cast<double>(kBoundsMs[std::min(i, kBoundsMs.size() - 1)]);
            return from + (std::max(to, from) - from) * std::max(0.0, wanted - below) / inClass;
        }
        below += inClass;
    }
    return 0;
}

void HookStatistics::begin(const std::string& url) {
    const std::lock_guard lock(mutex_);
    ++of(url).inFlight;
}

void HookStatistics::withdraw(const std::string& url) {
    const std::lock_guard lock(mutex_);
    Figures& figures = of(url);
    if (figures.inFlight > 0) --figures.inFlight;
}

void HookStatistics::end(const std::string& url, const HookResponse& response, bool saidYes) {
    const auto* const bound = std::ranges::lower_bound(kBoundsMs, response.elapsedMs);
    const std::lock_guard lock(mutex_);
    Figures& figures = of(url);
    if (figures.inFlight > 0) --figures.inFlight;
    ++figures.calls;
    figures.totalMs += static_cast<std::uint64_t>(std::max<std::int64_t>(response.elapsedMs, 0));
    ++figures.durations[static_cast<std::size_t>(bound - kBoundsMs.begin())];
    if (response.outcome != HookResponse::Outcome::Answered)
        ++figures.failures;
    else if (!saidYes)
        ++figures.refusals;
}

void HookStatistics::count(const std::string& url, std::uint64_t Figures::*what) {
    const std::lock_guard lock(mutex_);
    ++(of(url).*what);
}

std::vector<HookStatistics::Figures> HookStatistics::figures() const {
    const std::lock_guard lock(mutex_);
    std::vector<Figures> all;
    for (const auto& [url, figures] : byUrl_) all.push_back(figures);
    return all;
}

HookStatistics::Figures& HookStatistics::of(const std::string& url) {
    std::string shown = base::withoutSecrets(url);
    if (byUrl_.size() >= kUrls && !byUrl_.contains(shown)) shown = "others";
    Figures& figures = byUrl_[shown];
    figures.url = shown;
    return figures;
}

} // namespace hookcast::hooks
