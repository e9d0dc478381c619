#include "api-server/EventEndpoint.h"

#include "base/Log.h"

#include <fmt/format.h>

namespace hookcast::mock {

namespace {

std::string targetOf(const Request& request) {
    return request.query.empty() ? request.path : fmt::format("{}?{}", request.path, request.query);
}

} // namespace

ParsedBody EventEndpoint::parse(const Request& request) const {
    ParsedBody parsed = parseJsonBody(request.body);
    const base::Result<EventBatch> batch = readEventBatch(request.body);
    if (!batch) return parsed;
    std::string names;
    for (const BatchedEvent& event : batch.value()) names += (names.empty() ? "" : " ") + event.name;
    parsed.fields = {{"event", names},
                     {"server", batch.value().front().server},
                     {"pid", std::to_string(batch.value().front().pid)},
                     {"count", std::to_string(batch.value().size())}};
    return parsed;
}

Outcome EventEndpoint::answer(const Request& request, const ParsedBody& body, ReplyMode mode) const {
    const base::Result<EventBatch> batch = readEventBatch(request.body);
    const base::Result<void> checked =
        batch ? events_.check(targetOf(request), batch.value()) : base::Result<void>(batch.error());
    if (checked) return {codeAnswer(0, mode), fmt::format("hookcast events: {}", base::printable(body.field("event")))};
    Answer refusal;
    refusal.status = 400;
    refusal.body = checked.error().message + "\n";
    return {refusal, fmt::format("hookcast bad events: {}", base::printable(checked.error().message))};
}

void EventEndpoint::answered(const Request& request, const Answer& answer) const {
    if (answer.dropped || answer.status < 200 || answer.status >= 300) return;
    // A rule may have made a yes of what is no batch.
    const base::Result<EventBatch> batch = readEventBatch(request.body);
    if (batch) events_.add(targetOf(request), batch.value());
}

} // namespace hookcast::mock
