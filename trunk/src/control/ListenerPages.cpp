#include "control/ListenerPages.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::control {

namespace {

using net::TlsFailure;

constexpr std::string_view kEveryHost = "*";

std::string hostOf(const net::TlsContext::Certificate& certificate) {
    return std::string(certificate.host.empty() ? kEveryHost : std::string_view(certificate.host));
}

std::vector<net::TlsContext::Certificate> certificatesOf(const ListenerView& listener) {
    const auto context = listener.tls.get();
    return context == nullptr ? std::vector<net::TlsContext::Certificate>() : context->certificates();
}

Json tlsJson(const ListenerView& listener, std::int64_t nowUnixS) {
    const net::TlsFigures& figures = *listener.tls.figures();
    Json failures = orderedJson();
    for (std::size_t i = 0; i < net::kTlsFailureNames.size(); ++i)
        failures.set(std::string(net::kTlsFailureNames.at(i)), figures.failures(static_cast<TlsFailure>(i)));
    Poco::JSON::Array certificates;
    for (const auto& certificate : certificatesOf(listener)) {
        Json json = orderedJson();
        json.set("host", hostOf(certificate));
        json.set("expires_in", certificate.expiresAtUnixS - nowUnixS);
        certificates.add(json);
    }
    Json json = orderedJson();
    json.set("enabled", listener.tls.get() != nullptr);
    json.set("connections", figures.open());
    json.set("handshakes", figures.handshakes());
    json.set("failures", failures);
    json.set("certificates", certificates);
    return json;
}

Json http2Json(const http::Http2Figures& figures) {
    Json json = orderedJson();
    json.set("connections", figures.connections.load());
    json.set("streams", figures.streams.load());
    json.set("streams_refused", figures.refused.load());
    json.set("streams_too_long", figures.tooLong.load());
    json.set("streams_reset", figures.resets.load());
    json.set("connections_ended", figures.expelled.load());
    return json;
}

void writeTls(const std::vector<ListenerView>& listeners, std::int64_t nowUnixS, MetricsText& metrics) {
    metrics.begin("tls_connections", "gauge", "Connections that speak TLS, their handshake done.");
    for (const auto& one : listeners) metrics.value(one.tls.figures()->open(), label("listener", one.name));
    metrics.begin("tls_handshakes_total", "counter", "Handshakes of TLS that were done.");
    for (const auto& one : listeners) metrics.value(one.tls.figures()->handshakes(), label("listener", one.name));
    metrics.begin("tls_handshake_failures_total", "counter",
                  "Handshakes of TLS that came to nothing, by reason: timeout, unsupported (version, cipher, group or "
                  "protocol within), alert (the client's), left (by the client), not_tls, other.");
    for (const auto& one : listeners)
        for (std::size_t i = 0; i < net::kTlsFailureNames.size(); ++i)
            metrics.value(one.tls.figures()->failures(static_cast<TlsFailure>(i)),
                          label("listener", one.name) + "," + label("reason", net::kTlsFailureNames.at(i)));
    metrics.begin("tls_certificate_expires_seconds", "gauge",
                  "Seconds until a certificate expires that is in use, below 0 since then; host * is for whoever names "
                  "none that has its own.");
    for (const auto& one : listeners)
        for (const auto& certificate : certificatesOf(one))
            metrics.value(certificate.expiresAtUnixS - nowUnixS,
                          label("listener", one.name) + "," + label("host", hostOf(certificate)));
}

void writeHttp2(const std::vector<ListenerView>& listeners, MetricsText& metrics) {
    using Figures = http::Http2Figures;
    const auto values = [&](std::atomic<std::uint64_t> Figures::*field, const std::string& more = "") {
        for (const auto& one : listeners)
            if (one.http2 != nullptr) metrics.value((one.http2->*field).load(), label("listener", one.name) + more);
    };
    metrics.begin("http2_connections", "gauge", "Connections that speak HTTP/2.");
    values(&Figures::connections);
    metrics.begin("http2_streams_total", "counter", "Streams of HTTP/2 that were requests, whatever became of them.");
    values(&Figures::streams);
    metrics.begin("http2_streams_refused_total", "counter", "Streams of HTTP/2 that a limit has ended, by directive.");
    values(&Figures::refused, "," + label("limit", "http2_max_concurrent_streams"));
    values(&Figures::tooLong, "," + label("limit", "body_size"));
    metrics.begin("http2_streams_reset_total", "counter",
                  "Streams of HTTP/2 that ended before their answer was whole, whoever ended them.");
    values(&Figures::resets);
    metrics.begin("http2_connections_ended_total", "counter",
                  "Connections of HTTP/2 that were ended for what the client did.");
    values(&Figures::expelled);
}

} // namespace

ApiAnswer ListenerPages::listeners(const ApiQuery& /*query*/, const Census& /*census*/) const {
    Poco::JSON::Array list;
    for (const ListenerView& one : context_.listeners) {
        Json json = orderedJson();
        json.set("listener", one.name);
        json.set("tls", tlsJson(one, context_.clock.unixS()));
        if (one.http2 != nullptr) json.set("http2", http2Json(*one.http2));
        list.add(json);
    }
    ApiAnswer answer;
    answer.fields.set("listeners", list);
    return answer;
}

void writeListeners(const std::vector<ListenerView>& listeners, std::int64_t nowUnixS, MetricsText& metrics) {
    writeTls(listeners, nowUnixS, metrics);
    writeHttp2(listeners, metrics);
}

} // namespace hookcast::control
