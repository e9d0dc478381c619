#include "base/RepeatedLines.h"

namespace hookcast::base {

bool RepeatedLines::admit(const std::string& address, const std::string& reason, std::int64_t nowMs) {
    const Key key = keyFor(address, reason);
    const auto [found, isNew] = entries_.try_emplace(key, Entry{nowMs, 0});
    // Several reasons in one entry: a line would tell of one of them.
    if (isNew && key.second == reason) return true;
    ++found->second.count;
    return false;
}

std::vector<RepeatedLines::HeldBack> RepeatedLines::due(std::int64_t nowMs) {
    std::vector<HeldBack> told;
    for (auto at = entries_.begin(); at != entries_.end();) {
        auto& [key, entry] = *at;
        if (nowMs - entry.sinceMs < kPeriodMs) {
            ++at;
        } else if (entry.count == 0) {
            at = entries_.erase(at);
        } else {
            told.push_back({key.first, key.second, entry.count});
            entry = {nowMs, 0};
            ++at;
        }
    }
    return told;
}

RepeatedLines::Key RepeatedLines::keyFor(const std::string& address, const std::string& reason) const {
    if (entries_.contains({address, reason})) return {address, reason};
    std::size_t ofAddress = 0;
    for (auto at = entries_.lower_bound({address, {}}); at != entries_.end() && at->first.first == address; ++at)
        ++ofAddress;
    if (entries_.size() >= kEntries && ofAddress == 0) return {};
    if (entries_.size() >= kEntries || ofAddress >= kReasonsPerAddress) return {address, {}};
    return {address, reason};
}

} // namespace hookcast::base
