// Samples of how http_hooks, http_notify, webhook and heartbeat call their URLs.
#include "unit/config/DirectiveSamples.h"

#include <string>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;
using Urls = std::vector<std::string>;
using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

template <auto terms>
std::vector<Sample> samplesIn(const std::string& block) {
    return {
        {block + ".insecure", "on", [](C c, V v) { return terms(c, v).isInsecure; }},
        {block + ".cert_file", "/etc/own.pem", [](C c, V v) { return terms(c, v).certFile == "/etc/own.pem"; }},
        {block + ".key_file", "/etc/own.key", [](C c, V v) { return terms(c, v).keyFile == "/etc/own.key"; }},
        {block + ".secret", kSecret, [](C c, V v) { return terms(c, v).secrets == Urls{kSecret}; }},
        {block + ".header", "X-Key \"a b\"",
         [](C c, V v) {
             return terms(c, v).headers == Headers{{"X-Key", "a b"}};
         }},
        {block + ".user_agent", "me/1", [](C c, V v) { return terms(c, v).userAgent == "me/1"; }},
    };
}

CallTerms ofHooks(C, V vhost) {
    return vhost.hooks.calls;
}

NotifyConfig notifyOf(V vhost) {
    return vhost.notifies.empty() ? NotifyConfig() : vhost.notifies.front();
}

CallTerms ofNotify(C, V vhost) {
    return notifyOf(vhost).calls;
}

CallTerms ofWebhook(C config, V) {
    return config.webhooks.empty() ? CallTerms() : config.webhooks.front().calls;
}

CallTerms ofHeartbeat(C config, V) {
    return config.heartbeat.calls;
}

} // namespace

std::vector<Sample> callSamples() {
    std::vector<Sample> all = {
        {"vhost.http_hooks.event_id", "off", [](C, V v) { return !v.hooks.calls.tellsEventId; }},
        {"vhost.http_hooks.on_update", "http://a/7", [](C, V v) { return v.hooks.onUpdate == Urls{"http://a/7"}; }},
        {"vhost.http_hooks.update_interval", "2.5", [](C, V v) { return v.hooks.updateIntervalMs == 2500; }},
        {"vhost.http_notify.on_update", "http://a/7",
         [](C, V v) { return notifyOf(v).onUpdate == Urls{"http://a/7"}; }},
        {"vhost.http_notify.update_interval", "2.5", [](C, V v) { return notifyOf(v).updateIntervalMs == 2500; }},
        {"heartbeat.ca_file", "/etc/ca.pem", [](C c, V) { return c.heartbeat.calls.caFile == "/etc/ca.pem"; }},
        {"webhook.event_id", "off", [](C c, V v) { return !ofWebhook(c, v).tellsEventId; }},
    };
    for (const std::vector<Sample>& some :
         {samplesIn<ofHooks>("vhost.http_hooks"), samplesIn<ofNotify>("vhost.http_notify"),
          samplesIn<ofWebhook>("webhook"), samplesIn<ofHeartbeat>("heartbeat")})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

} // namespace hookcast::config
