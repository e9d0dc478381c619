#include "control/HookPages.h"

#include "hooks/Admission.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace hookcast::control {

namespace {

using hooks::HookStatistics;

/// Writes metrics one after another; labels are escaped as the format wants it.
class MetricsText {
  public:
    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = fmt::format("hookcast_{}", name);
        text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, help, name_, type);
    }

    template <typename Value>
    void value(const Value& value, std::string_view labels = "", std::string_view suffix = "") {
        text_ += labels.empty() ? fmt::format("{}{} {}\n", name_, suffix, value)
                                : fmt::format("{}{}{{{}}} {}\n", name_, suffix, labels, value);
    }

    template <typename Value>
    void single(std::string_view name, std::string_view type, std::string_view help, const Value& one) {
        begin(name, type, help);
        value(one);
    }

    const std::string& text() const { return text_; }

  private:
    std::string name_;
    std::string text_;
};

std::string label(std::string_view name, std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == '"') escaped += '\\';
        escaped += c == '\n' ? ' ' : c;
    }
    return fmt::format("{}=\"{}\"", name, escaped);
}

void writeHooks(const std::vector<HookStatistics::Figures>& all, MetricsText& metrics) {
    metrics.begin("hook_refusals_total", "counter", "Hook calls that a backend answered with no.");
    for (const auto& one : all) metrics.value(one.refusals, label("url", one.url));
    metrics.begin("hook_failures_total", "counter", "Hook calls without a whole answer.");
    for (const auto& one : all) metrics.value(one.failures, label("url", one.url));
    metrics.begin("hook_in_flight", "gauge", "Hook calls that wait for their answer.");
    for (const auto& one : all) metrics.value(one.inFlight, label("url", one.url));
    metrics.begin("hook_duration_seconds", "histogram", "How long hook calls took.");
    for (const auto& one : all) {
        std::uint64_t upTo = 0;
        for (std::size_t i = 0; i < one.durations.size(); ++i) {
            upTo += one.durations[i];
            const bool isLast = i == HookStatistics::kBoundsMs.size();
            const std::string bound =
                isLast ? "+Inf" : fmt::format("{}", static_cast<double>(HookStatistics::kBoundsMs[i]) / 1000);
            metrics.value(upTo, label("url", one.url) + "," + label("le", bound), "_bucket");
        }
        metrics.value(static_cast<double>(one.totalMs) / 1000, label("url", one.url), "_sum");
        metrics.value(one.calls, label("url", one.url), "_count");
    }
}

void writeWebhooks(const std::vector<hooks::EventWebhookFigures>& all, MetricsText& metrics) {
    using Figures = hooks::EventWebhookFigures;
    const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                           std::uint64_t Figures::*field) {
        metrics.begin(name, type, help);
        for (const Figures& one : all) metrics.value(one.*field, label("url", one.url));
    };
    write("webhook_events_total", "counter", "Events that a webhook was to be told.", &Figures::posted);
    write("webhook_events_sent_total", "counter", "Events that a webhook has confirmed.", &Figures::sent);
    write("webhook_events_dropped_total", "counter", "Events pushed out of a full queue.", &Figures::dropped);
    write("webhook_failures_total", "counter", "Calls that a webhook has not confirmed.", &Figures::failures);
    write("webhook_events_queued", "gauge", "Events that wait or are on their way.", &Figures::queued);
}

void writeClients(const Census& census, MetricsText& metrics) {
    std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> counts;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    for (const visits::ClientFigures& client : census) {
        ++counts[{config::nameOf(client.opening().client->protocol), client.publishes() ? "publish" : "play"}];
        sentBytes += client.sentBytes;
        receivedBytes += client.receivedBytes;
    }
    metrics.begin("clients", "gauge", "Clients that publish or play.");
    for (const auto& [what, count] : counts)
        metrics.value(count, label("protocol", what.first) + "," + label("role", what.second));
    metrics.single("clients_sent_bytes", "gauge", "What those have been sent.", sentBytes);
    metrics.single("clients_received_bytes", "gauge", "What those have sent.", receivedBytes);
}

} // namespace

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

ApiAnswer HookPages::metrics(const ApiQuery& /*query*/, const Census& census) const {
    const hooks::Admission& admission = context_.services.admission;
    MetricsText metrics;
    metrics.begin("info", "gauge", "The server; its value is 1.");
    metrics.value(1, label("version", context_.version) + "," + label("server_id", context_.identity.serverId()));
    metrics.single("connections", "gauge", "Connections of all protocols.", context_.connections.open());
    metrics.single("connections_limit", "gauge", "max_connections.", context_.connections.limit());
    metrics.begin("connections_refused_total", "counter", "Connections that were refused, by limit.");
    using Limit = net::ConnectionBudget::Limit;
    const auto refused = [&](const char* directive, Limit limit) {
        metrics.value(context_.connections.refused(limit), label("limit", directive));
    };
    refused("max_connections", Limit::Connections);
    refused("connections_per_address", Limit::PerAddress);
    refused("unadmitted_per_address", Limit::Unadmitted);
    refused("connection_rate", Limit::Rate);
    metrics.single("streams", "gauge", "Streams that are published.",
                   context_.services.streams.publishedStreams().size());
    writeClients(census, metrics);
    metrics.single("hook_calls_total", "counter", "Hook calls.", admission.counters().calls.load());
    metrics.single("admitted_total", "counter", "Openings that the backends let in.",
                   admission.counters().admitted.load());
    metrics.single("refused_total", "counter", "Openings that a backend refused.", admission.counters().refused.load());
    metrics.single("hook_calls_withdrawn_total", "counter", "Calls that had not begun when their client left.",
                   admission.counters().withdrawn.load());
    metrics.single("hook_calls_out_of_room_total", "counter",
                   "Calls that found no place among those that wait, or waited in vain.",
                   admission.counters().outOfRoom.load());
    metrics.single("closings_lost_total", "counter", "Closing events that could not be delivered.",
                   admission.counters().closingsLost.load());
    metrics.single("hook_jobs_open", "gauge", "Events that are being told, or wait for it.", admission.openJobs());
    writeHooks(admission.statistics().figures(), metrics);
    writeWebhooks(context_.events.figures(), metrics);
    for (const Gauge& gauge : context_.gauges)
        metrics.single(gauge.name, gauge.isCounter ? "counter" : "gauge", gauge.help, gauge.read());
    ApiAnswer answer;
    answer.text = metrics.text();
    answer.contentType = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
}

} // namespace hookcast::control
