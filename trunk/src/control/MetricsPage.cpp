#include "control/MetricsPage.h"

#include "control/ClusterPages.h"
#include "control/ListenerPages.h"
#include "control/ProcessFigures.h"
#include "hooks/Admission.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::control {

namespace {

using hooks::HookStatistics;

/// What decides beside the backends' answers.
void writePolicies(hooks::Admission& admission, MetricsText& metrics) {
    using Figures = HookStatistics::Figures;
    const std::vector<Figures> all = admission.statistics().figures();
    const auto write = [&](std::string_view name, std::string_view help, std::uint64_t Figures::*field) {
        metrics.begin(name, "counter", help);
        for (const Figures& one : all) metrics.value(one.*field, label("url", one.url));
    };
    write("hook_admitted_on_failure_total", "Openings that on_failure has let in.", &Figures::admittedOnFailure);
    write("hook_kept_verdicts_total", "Openings that a kept verdict has decided.", &Figures::kept);
    write("hook_breaker_unasked_total", "Openings that found the breaker open.", &Figures::unasked);
    write("hook_shadow_skipped_total", "Openings that a shadow was not asked about.", &Figures::skipped);
    write("hook_shadow_disagreements_total", "Openings about which a shadow said otherwise.", &Figures::disagreements);
    const auto breakers = admission.policies().breakers.figures();
    metrics.begin("hook_breaker_open", "gauge", "1: the URL is not asked, or by one call that tries it.");
    for (const auto& [url, breaker] : breakers)
        metrics.value(breaker.state == hooks::Breakers::State::Closed ? 0 : 1, label("url", url));
    metrics.begin("hook_breaker_opened_total", "counter", "How often a URL's breaker has opened.");
    for (const auto& [url, breaker] : breakers) metrics.value(breaker.opened, label("url", url));
    metrics.single("hook_verdicts_kept", "gauge", "Verdicts that are kept.", admission.policies().kept.size());
    metrics.single("hook_verdicts_remembered", "gauge", "Verdicts that on_failure last may go by.",
                   admission.policies().last.size());
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

/// Two webhooks may have one URL, and a series may be there once only.
void writeWebhooks(const std::vector<hooks::EventWebhookFigures>& all, MetricsText& metrics) {
    using Figures = hooks::EventWebhookFigures;
    const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                           std::uint64_t Figures::*field) {
        std::map<std::string_view, std::uint64_t> sums;
        for (const Figures& one : all) sums[one.url] += one.*field;
        metrics.begin(name, type, help);
        for (const auto& [url, sum] : sums) metrics.value(sum, label("url", url));
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
        ++counts[{config::nameOf(client.opening().client->protocol()), client.publishes() ? "publish" : "play"}];
        sentBytes += client.sentBytes;
        receivedBytes += client.receivedBytes;
    }
    metrics.begin("clients", "gauge", "Clients that publish or play.");
    for (const auto& [what, count] : counts)
        metrics.value(count, label("protocol", what.first) + "," + label("role", what.second));
    metrics.single("clients_sent_bytes", "gauge", "What those have been sent.", sentBytes);
    metrics.single("clients_received_bytes", "gauge", "What those have sent.", receivedBytes);
}

void writeTraffic(const visits::TrafficTotals& totals, MetricsText& metrics) {
    using Traffic = net::SessionPort::Traffic;
    const auto write = [&](std::string_view name, std::string_view help, std::uint64_t Traffic::*field) {
        metrics.begin(name, "counter", help);
        for (const config::ProtocolTraits& protocol : config::kProtocols)
            metrics.value(totals[static_cast<std::size_t>(protocol.protocol)].*field, label("protocol", protocol.name));
    };
    write("received_bytes_total", "What clients have sent while they published or played.", &Traffic::receivedBytes);
    write("sent_bytes_total", "What clients have been sent while they published or played.", &Traffic::sentBytes);
}

void writeRefusals(const hooks::Refusals& refusals, std::uint64_t byLimits, MetricsText& metrics) {
    metrics.begin("refusals_total", "counter", "Clients that were not let in to connect, publish or play, by cause.");
    for (std::size_t i = 0; i < hooks::kRefusalCauses; ++i) {
        const auto cause = static_cast<hooks::RefusalCause>(i);
        const std::uint64_t more = cause == hooks::RefusalCause::Limit ? byLimits : 0;
        metrics.value(refusals.count(cause) + more, label("cause", hooks::nameOf(cause)));
    }
}

void writeProcess(MetricsText& metrics) {
    const ProcessFigures figures = processFigures();
    const auto write = [&metrics](std::string_view name, std::string_view type, std::string_view help,
                                  const auto& value) {
        metrics.beginStandard(name, type, help);
        metrics.value(value);
    };
    write("process_cpu_seconds_total", "counter", "Processor time, of user and system, in seconds.",
          figures.cpuSeconds);
    write("process_resident_memory_bytes", "gauge", "Resident memory in bytes.", figures.residentBytes);
    write("process_virtual_memory_bytes", "gauge", "Virtual memory in bytes.", figures.virtualBytes);
    write("process_open_fds", "gauge", "Open file descriptors.", figures.openDescriptors);
    write("process_max_fds", "gauge", "The limit of open file descriptors.", figures.mostDescriptors);
    write("process_start_time_seconds", "gauge", "When the process was started, in seconds since 1970.",
          fmt::format("{:.2f}", figures.startedAtUnixS));
}

} // namespace

ApiAnswer MetricsPage::metrics(const ApiQuery& /*query*/, const Census& census) {
    hooks::Admission& admission = context_.services.admission;
    MetricsText metrics;
    metrics.begin("info", "gauge", "The server; its value is 1.");
    metrics.value(1, label("version", context_.version) + "," + label("server_id", context_.identity.serverId()));
    metrics.single("connections", "gauge", "Connections of all protocols.", context_.connections.open());
    metrics.single("connections_limit", "gauge", "max_connections.", context_.connections.limit());
    metrics.begin("connections_refused_total", "counter", "Connections that were refused, by limit.");
    using Limit = net::ConnectionBudget::Limit;
    std::uint64_t byLimits = 0;
    const auto refused = [&](const char* directive, Limit limit) {
        metrics.value(context_.connections.refused(limit), label("limit", directive));
        byLimits += context_.connections.refused(limit);
    };
    refused("max_connections", Limit::Connections);
    refused("connections_per_address", Limit::PerAddress);
    refused("unadmitted_per_address", Limit::Unadmitted);
    refused("connection_rate", Limit::Rate);
    metrics.single("streams", "gauge", "Streams that are published.",
                   context_.services.streams.publishedStreams().size());
    writeRefusals(admission.refusals(), byLimits, metrics);
    writeClients(census, metrics);
    writeTraffic(context_.services.clients.totals(census.clients), metrics);
    streamSeries_.write(streamSums(census), context_.services.config.get()->api.metricsStreams, metrics);
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
    writePolicies(context_.services.admission, metrics);
    writeWebhooks(context_.events.figures(), metrics);
    writeListeners(context_.listeners, context_.clock.unixS(), metrics);
    if (context_.cluster != nullptr) writeCluster(context_.cluster->figures(), metrics);
    for (const Gauge& gauge : context_.gauges)
        metrics.single(gauge.name, gauge.isCounter ? "counter" : "gauge", gauge.help, gauge.read());
    writeProcess(metrics);
    ApiAnswer answer;
    answer.text = metrics.text();
    answer.contentType = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
}

StreamSeries::Streams MetricsPage::streamSums(const Census& census) const {
    StreamSeries::Streams streams;
    if (context_.services.config.get()->api.metricsStreams == 0) return streams;
    for (const hub::StreamRegistry::View& stream : context_.services.streams.views()) {
        StreamSums& sums = streams[stream.key];
        sums.receivedBytes = stream.figures->bytes.load();
        sums.sentBytes = stream.figures->sentBytes.load();
        sums.videoFrames = stream.figures->videoFrames.load();
        sums.audioFrames = stream.figures->audioFrames.load();
    }
    for (const visits::ClientFigures& client : census) {
        const auto found = streams.find(client.opening().key());
        if (found == streams.end()) continue;
        ++found->second.clients;
        found->second.sentBytes += client.sentBytes;
    }
    return streams;
}

} // namespace hookcast::control
