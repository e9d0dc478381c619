#include "control/HookPages.h"

#include "base/IpAddress.h"
#include "control/StreamPages.h"
#include "hooks/Admission.h"

namespace hookcast::control {

using hooks::HookStatistics;

ApiAnswer HookPages::hooks(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Poco::JSON::Array list;
    const auto breakers = context_.services.admission.policies().breakers.figures();
    for (const HookStatistics::Figures& one : context_.services.admission.statistics().figures()) {
        const auto found = breakers.find(one.url);
        const hooks::Breakers::Figures breaker = found == breakers.end() ? hooks::Breakers::Figures() : found->second;
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
        json.set("admitted_on_failure", one.admittedOnFailure);
        json.set("kept_verdicts", one.kept);
        json.set("breaker", std::string(nameOf(breaker.state)));
        json.set("breaker_opened", breaker.opened);
        json.set("breaker_unasked", one.unasked);
        json.set("shadow_skipped", one.skipped);
        json.set("shadow_disagreements", one.disagreements);
        list.add(json);
    }
    ApiAnswer answer;
    answer.fields.set("hooks", list);
    return answer;
}

ApiAnswer HookPages::verdicts(const ApiQuery& query) const {
    hooks::VerdictFilter filter;
    if (const std::string vhost = query.parameter("vhost"); !vhost.empty())
        filter.vhost = vhostNamed(*context_.services.config.get(), vhost);
    if (const std::string stream = query.parameter("stream"); !stream.empty()) {
        const auto path = hooks::readStreamPath(stream);
        if (!path || path.value().app.empty() || path.value().stream.empty())
            return ApiAnswer::failed(ApiAnswer::kStreamNotFound);
        filter.stream = hooks::streamDigest(path.value().app, path.value().stream);
    }
    if (const std::string ip = query.parameter("ip"); !ip.empty()) {
        const auto address = base::IpAddress::parse(ip);
        filter.ips.insert(address ? address->text() : ip);
    }
    ApiAnswer answer;
    answer.fields.set("forgotten", context_.services.admission.policies().forget(filter));
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
