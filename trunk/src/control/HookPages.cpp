#include "control/HookPages.h"

#include "hooks/Admission.h"

namespace hookcast::control {

using hooks::HookStatistics;

ApiAnswer HookPages::hooks(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Poco::JSON::Array list;
    for (const HookStatistics::Figures& one : context_.services.admission.statistics().figures()) {
        Json latency = orderedJson();
        latency.set("p50", one.percentileMs(0.50));
        latency.set("p95", one.percentileMs(0.95));
        latency.set("p99", one.percentileMs(0.99));
        Json json = orderedJson();
        json.set("url", one.url);
        json.set("calls", one.calls);
        json.set("refusals", one.refusals);
        json.set("failures", one.failures);
        json.set("in_flight", one.inFlight);
        json.set("latency_ms", latency);
        list.add(json);
    }
    ApiAnswer answer;
    answer.fields.set("hooks", list);
    return answer;
}

ApiAnswer HookPages::webhooks(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Poco::JSON::Array list;
    for (const hooks::EventWebhookFigures& one : context_.events.figures()) {
        Json json = orderedJson();
        json.set("url", one.url);
        json.set("events", one.posted);
        json.set("sent", one.sent);
        json.set("dropped", one.dropped);
        json.set("queued", one.queued);
        json.set("failures", one.failures);
        json.set("last_status", one.lastStatus);
        json.set("last_error", one.lastError);
        list.add(json);
    }
    ApiAnswer answer;
    answer.fields.set("webhooks", list);
    return answer;
}

} // namespace hookcast::control
