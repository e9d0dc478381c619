#include "control/EventPages.h"

#include "hooks/Admission.h"
#include "hooks/Spool.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hookcast::control {

namespace {

constexpr std::size_t kMostAtOnce = 1000;
constexpr std::size_t kLatest = 100'000'000'000; // seconds: in milliseconds they still are a number

std::int64_t unixMsIn(const ApiQuery& query, const char* name) {
    return static_cast<std::int64_t>(std::min(query.number(name, 0), kLatest)) * 1000;
}

hooks::SpoolQuery spoolQuery(const ApiQuery& query) {
    hooks::SpoolQuery wanted;
    wanted.sinceUnixMs = unixMsIn(query, "since");
    wanted.untilUnixMs = unixMsIn(query, "until");
    wanted.stream = query.parameter("stream");
    wanted.client = query.parameter("client");
    const Slice slice = query.slice();
    wanted.after = slice.start;
    wanted.most = std::clamp<std::size_t>(slice.count, 1, kMostAtOnce);
    return wanted;
}

Json jsonOf(const hooks::SpoolEntry& entry) {
    Json json = orderedJson();
    json.set("id", entry.id);
    json.set("seq", entry.number);
    json.set("time", static_cast<double>(entry.atUnixMs) / 1000);
    json.set("action", entry.action);
    json.set("vhost", entry.vhost);
    json.set("app", entry.app);
    json.set("stream", entry.stream);
    json.set("client", entry.client);
    json.set("client_id", entry.clientNumber);
    Poco::JSON::Array urls;
    for (const std::string& url : entry.urls) urls.add(url);
    json.set("urls", urls);
    json.set("state", entry.state);
    json.set("attempts", entry.attempts);
    return json;
}

ApiAnswer answerOf(const std::vector<hooks::SpoolEntry>& entries) {
    Poco::JSON::Array list;
    for (const hooks::SpoolEntry& entry : entries) list.add(jsonOf(entry));
    ApiAnswer answer;
    answer.fields.set("events", list);
    answer.fields.set("next", entries.empty() ? 0 : entries.back().number);
    return answer;
}

ApiAnswer answerOf(std::size_t replayed) {
    Json data = orderedJson();
    data.set("replayed", replayed);
    return ApiAnswer::data(data);
}

} // namespace

ApiAnswer EventPages::events(const ApiQuery& query, const Census& /*census*/) const {
    hooks::Spool* spool = context_.services.admission.spool();
    if (spool == nullptr) return answerOf(std::vector<hooks::SpoolEntry>());
    return ApiAnswer::after([spool, wanted = spoolQuery(query)](ApiAnswer::OnAnswer onAnswer) {
        spool->read(wanted, [onAnswer = std::move(onAnswer)](std::vector<hooks::SpoolEntry> entries) {
            onAnswer([entries = std::move(entries)] { return answerOf(entries); });
        });
    });
}

ApiAnswer EventPages::replay(const ApiQuery& query, const Census& /*census*/) const {
    hooks::Admission& admission = context_.services.admission;
    hooks::Spool* spool = admission.spool();
    if (spool == nullptr) return answerOf(0);
    return ApiAnswer::after([spool, &admission, wanted = spoolQuery(query)](ApiAnswer::OnAnswer onAnswer) {
        spool->replay(wanted, [&admission, onAnswer = std::move(onAnswer)](std::size_t count) {
            admission.lookForWork();
            onAnswer([count] { return answerOf(count); });
        });
    });
}

} // namespace hookcast::control
