#include "spool/Row.h"

#include "spool/EventText.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace hookcast::spool {

namespace {

void apply(const Change& change, Row& row) {
    if (change.state) row.state = *change.state;
    if (change.asked) row.asked = std::max(row.asked, *change.asked);
    if (change.progress) row.progress = *change.progress;
    if (!change.next) return;
    row.next = change.next->next;
    row.url = change.next->url;
    row.attempts = change.next->attempts;
}

void apply(const Change& later, Change& change) {
    if (later.state) change.state = later.state;
    if (later.asked) change.asked = later.asked;
    if (later.progress) change.progress = later.progress;
    if (later.next) change.next = later.next;
}

bool isHistory(const Row& row) {
    return row.state >= State::Told;
}

} // namespace

std::string_view nameOf(State state) {
    switch (state) {
    case State::Telling: return "telling";
    case State::Owed: return "owed";
    case State::Open: return "open";
    case State::Told: return "told";
    case State::Lost: return "lost";
    case State::Ended: return "ended";
    }
    return "unknown";
}

Row rowOf(std::uint64_t seq, State state, std::int64_t atUnixMs, const hooks::HookEvent& event,
          const hooks::KeptTargets& targets) {
    Row row;
    row.seq = seq;
    row.state = state;
    row.atUnixMs = atUnixMs;
    row.id = event.id;
    row.client = event.client->id();
    row.clientNumber = event.client->number();
    row.action = nameOf(event.action());
    row.vhost = event.client->place->vhost;
    row.app = event.client->place->app;
    std::visit(
        [&row, &event](const auto& kind) {
            if constexpr (requires { kind.stream; })
                row.stream = kind.stream->name;
            else
                row.stream = event.client->place->stream;
        },
        event.what);
    if (!targets.empty()) row.url = targets.front().url;
    row.event = eventText(event);
    row.targets = targetsText(targets);
    return row;
}

void Pending::add(Row row) {
    const std::uint64_t seq = row.seq;
    rows_.insert_or_assign(rows_.end(), seq, std::move(row));
}

void Pending::change(std::uint64_t seq, const Change& change) {
    if (const auto row = rows_.find(seq); row != rows_.end())
        apply(change, row->second);
    else
        apply(change, changes_[seq]);
}

void Pending::append(Pending later) {
    rows_.merge(later.rows_);
    for (const auto& [seq, change] : later.changes_) this->change(seq, change);
    webhooks_.append(std::move(later.webhooks_));
}

void Pending::follow(const ClockStep& step) {
    for (auto& [seq, row] : rows_)
        if (step.isBefore(row.atUnixMs)) row.atUnixMs += step.byMs;
    webhooks_.follow(step);
}

void Pending::adopt(std::vector<Row> rows) {
    for (Row& row : rows) {
        const std::uint64_t seq = row.seq;
        const auto place = rows_.emplace(seq, std::move(row));
        if (!place.second) continue;
        adopted_.insert(seq);
        if (const auto known = changes_.extract(seq)) apply(known.mapped(), place.first->second);
    }
}

void Pending::eraseHistory() {
    for (auto item = rows_.begin(); item != rows_.end();) {
        const auto& [seq, row] = *item;
        if (!isHistory(row)) {
            ++item;
            continue;
        }
        // The database has to hear of that once it can be written.
        if (adopted_.erase(seq) > 0) changes_[seq].state = row.state;
        item = rows_.erase(item);
    }
}

std::vector<Row> Pending::owed(const std::string& url, std::size_t most) const {
    std::vector<Row> found;
    std::set<std::string_view> behind; // clients who have to wait for an earlier row
    for (const auto& [seq, row] : rows_) {
        if (row.state > State::Owed || !behind.insert(row.client).second) continue;
        if (row.state == State::Owed && row.url == url) found.push_back(row);
    }
    std::ranges::stable_sort(found, {}, &Row::attempts);
    if (found.size() > most) found.resize(most);
    return found;
}

std::map<std::string, std::size_t> Pending::owedUrls() const {
    std::map<std::string, std::size_t> urls;
    for (const auto& [seq, row] : rows_)
        if (row.state == State::Owed) ++urls[row.url];
    return urls;
}

std::size_t Pending::shrinkTo(std::size_t most) {
    while (changes_.size() > most) changes_.erase(changes_.begin());
    if (rows_.size() <= most) return 0;
    eraseHistory();
    std::size_t owed = 0;
    while (rows_.size() > most) {
        if (adopted_.erase(rows_.begin()->first) == 0) ++owed;
        rows_.erase(rows_.begin());
    }
    return owed;
}

} // namespace hookcast::spool
