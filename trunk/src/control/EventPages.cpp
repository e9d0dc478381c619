#include "control/EventPages.h"

#include "base/Log.h"
#include "base/Result.h"
#include "base/TimeText.h"
#include "hooks/Admission.h"
#include "hooks/Spool.h"
#include "http/HttpStatus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::control {

namespace {

constexpr std::size_t kMostAtOnce = 1000;

/// What a replay may be narrowed by, and what every page takes. A condition that is misspelt would be none.
constexpr std::array<std::string_view, 8> kConditions = {"since", "until", "stream",   "client",
                                                         "start", "count", "callback", "method"};

/// 0: not said.
base::Result<std::int64_t> unixMsIn(const ApiQuery& query, const char* name) {
    const std::string text = query.parameter(name);
    if (text.empty()) return std::int64_t{0};
    base::Result<std::int64_t> time = base::parseTime(text);
    if (!time) return base::Error{fmt::format("{}: {}", name, time.error().message)};
    return time;
}

/// An error: a condition makes no sense, and leaving it out would be another question.
base::Result<hooks::SpoolQuery> spoolQuery(const ApiQuery& query) {
    const auto since = unixMsIn(query, "since");
    const auto until = unixMsIn(query, "until");
    if (!since || !until) return since ? until.error() : since.error();
    hooks::SpoolQuery wanted;
    wanted.sinceUnixMs = since.value();
    wanted.untilUnixMs = until.value();
    wanted.stream = query.parameter("stream");
    wanted.client = query.parameter("client");
    const Slice slice = query.slice();
    wanted.after = slice.start;
    wanted.most = std::clamp<std::size_t>(slice.count, 1, kMostAtOnce);
    return wanted;
}

/// What is told again goes to backends: every condition has to be one, and to say something.
base::Result<hooks::SpoolQuery> replayQuery(const ApiQuery& query) {
    for (const auto& [name, value] : query.parameters) {
        if (std::ranges::find(kConditions, name) == kConditions.end())
            return base::Error{fmt::format("there is no condition '{}'", base::printable(name))};
        if (value.empty()) return base::Error{fmt::format("{}: it says nothing", name)};
    }
    return spoolQuery(query);
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
    base::Result<hooks::SpoolQuery> asked = spoolQuery(query);
    if (!asked) return ApiAnswer::refused(http::kBadRequest, asked.error().message);
    hooks::Spool* spool = context_.services.admission.spool();
    if (spool == nullptr) return answerOf(std::vector<hooks::SpoolEntry>());
    return ApiAnswer::after([spool, wanted = asked.take()](ApiAnswer::OnAnswer onAnswer) {
        spool->read(wanted, [onAnswer = std::move(onAnswer)](std::vector<hooks::SpoolEntry> entries) {
            onAnswer([entries = std::move(entries)] { return answerOf(entries); });
        });
    });
}

ApiAnswer EventPages::replay(const ApiQuery& query, const Census& /*census*/) const {
    base::Result<hooks::SpoolQuery> asked = replayQuery(query);
    if (!asked) return ApiAnswer::refused(http::kBadRequest, asked.error().message);
    hooks::Admission& admission = context_.services.admission;
    hooks::Spool* spool = admission.spool();
    if (spool == nullptr) return answerOf(0);
    return ApiAnswer::after([spool, &admission, wanted = asked.take()](ApiAnswer::OnAnswer onAnswer) {
        spool->replay(wanted, [&admission, onAnswer = std::move(onAnswer)](std::size_t count) {
            admission.lookForWork();
            onAnswer([count] { return answerOf(count); });
        });
    });
}

} // namespace hookcast::control
