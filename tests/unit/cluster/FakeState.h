#pragma once

#include "cluster/SharedState.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace hookcast::cluster {

/// The fields that nodes share, in the test's memory; what Redis does with them is the script's own test.
class FakeState {
  public:
    /// As one connection sees it.
    struct Connection {
        std::uint64_t history = 0;
    };

    Outcome apply(const Exchange& exchange, Connection& connection) {
        Outcome outcome;
        outcome.isNewHistory = std::exchange(connection.history, history_) != history_ || exchange.revision < floor_;
        for (const Change& change : exchange.changes) {
            const bool isFit =
                !outcome.isNewHistory && std::ranges::all_of(change.conditions, [this](const Field& field) {
                    return valueOf(field.name) == field.value;
                });
            outcome.applied.push_back(isFit);
            if (!isFit) continue;
            for (const Field& field : change.writes) fields_[field.name] = {field.value, ++revision_};
        }
        const std::uint64_t since = outcome.isNewHistory ? 0 : exchange.revision;
        for (const auto& [name, entry] : fields_)
            if (entry.second > since) outcome.news.push_back({name, entry.first});
        outcome.revision = revision_;
        outcome.history = std::to_string(history_);
        return outcome;
    }

    std::string valueOf(const std::string& name) const {
        const auto found = fields_.find(name);
        return found == fields_.end() ? std::string() : found->second.first;
    }

    void set(const std::string& name, const std::string& value) { fields_[name] = {value, ++revision_}; }

    /// Everything is gone.
    void lose() {
        fields_.clear();
        revision_ = 0;
        floor_ = 0;
        ++history_;
    }

    /// Forgets what is gone: who has not heard of it begins anew.
    void prune() {
        std::erase_if(fields_, [](const auto& field) { return field.second.first.empty(); });
        floor_ = revision_;
    }

    /// What goes on later from here has not happened: another server takes over, which has heard of this much.
    FakeState snapshot() const { return *this; }
    void failOverTo(const FakeState& replica) {
        const std::uint64_t history = history_ + 1; // no earlier one comes again
        *this = replica;
        history_ = history;
    }

  private:
    std::map<std::string, std::pair<std::string, std::uint64_t>> fields_;
    std::uint64_t revision_ = 0;
    std::uint64_t floor_ = 0; ///< older news are not complete any more
    std::uint64_t history_ = 1;
};

} // namespace hookcast::cluster
