#include "api-server/RuleSet.h"

#include "api-server/Wildcard.h"
#include "base/JsonWriter.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace hookcast::mock {

namespace {

/// Null when the call has nothing of that name.
const std::string* valueOf(const std::string& name, const Request& request, const ParsedBody& body) {
    if (name == "path") return &request.path;
    if (name == "method") return &request.method;
    if (name == "query") return &request.query;
    const auto field = body.fields.find(name);
    return field == body.fields.end() ? nullptr : &field->second;
}

bool matches(const Rule& rule, const Request& request, const ParsedBody& body) {
    return std::all_of(rule.match.begin(), rule.match.end(), [&](const auto& wanted) {
        const std::string* value = valueOf(wanted.first, request, body);
        return value != nullptr && matchesWildcard(wanted.second, *value);
    });
}

void change(Answer& answer, const RuleReply& reply) {
    answer.status = reply.status;
    answer.headers.insert(answer.headers.end(), reply.headers.begin(), reply.headers.end());
    answer.delayMs = reply.delayMs;
    if (reply.body) {
        answer.body = *reply.body;
        answer.contentType = kPlainText;
    }
    if (reply.dropped) {
        answer.dropped = true;
        answer.status = 0;
        answer.body.clear();
    }
}

} // namespace

base::Result<std::uint64_t> RuleSet::add(Rule rule) {
    const std::scoped_lock lock(mutex_);
    if (entries_.size() >= kMaxRules) return base::Error{fmt::format("there are {} rules already", kMaxRules)};
    entries_.push_back({nextId_, 0, std::move(rule)});
    return nextId_++;
}

void RuleSet::apply(const Request& request, const ParsedBody& body, Answer& answer) {
    const std::scoped_lock lock(mutex_);
    for (Entry& entry : entries_) {
        if (entry.rule.times && entry.used >= *entry.rule.times) continue;
        if (!matches(entry.rule, request, body)) continue;
        ++entry.used;
        change(answer, entry.rule.reply);
        answer.ruleId = entry.id;
        return;
    }
}

std::string RuleSet::json() const {
    const std::scoped_lock lock(mutex_);
    base::JsonWriter json;
    json.beginObject().key("rules").beginArray();
    for (const Entry& entry : entries_) {
        json.beginObject().member("id", entry.id).member("used", entry.used);
        writeMembers(json, entry.rule);
        json.endObject();
    }
    json.endArray().endObject();
    return json.take();
}

RuleSet::Entry* RuleSet::find(std::uint64_t id) {
    const auto found = std::ranges::find(entries_, id, &Entry::id);
    return found == entries_.end() ? nullptr : &*found;
}

bool RuleSet::replace(std::uint64_t id, Rule rule) {
    const std::scoped_lock lock(mutex_);
    Entry* entry = find(id);
    if (entry != nullptr) entry->rule = std::move(rule);
    return entry != nullptr;
}

bool RuleSet::remove(std::uint64_t id) {
    const std::scoped_lock lock(mutex_);
    return std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; }) > 0;
}

bool RuleSet::reorder(const std::vector<std::uint64_t>& ids) {
    const std::scoped_lock lock(mutex_);
    if (ids.size() != entries_.size()) return false;
    std::map<std::uint64_t, std::size_t> places;
    for (const std::uint64_t id : ids) places.emplace(id, places.size());
    const auto isPlaced = [&places](const Entry& entry) { return places.contains(entry.id); };
    if (places.size() != ids.size() || !std::ranges::all_of(entries_, isPlaced)) return false;
    std::ranges::sort(entries_, {}, [&places](const Entry& entry) { return places.at(entry.id); });
    return true;
}

std::size_t RuleSet::clear() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(entries_, {}).size();
}

} // namespace hookcast::mock
