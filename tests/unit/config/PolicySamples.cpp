// Of the rows about backends that fail and verdicts that are kept.
#include "unit/config/DirectiveSamples.h"

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;
using Urls = std::vector<std::string>;
using PolicyOf = const HookPolicy& (*)(V);

const HookPolicy& hooksPolicy(V vhost) {
    return vhost.hooks.policy;
}

const HookPolicy& notifyPolicy(V vhost) {
    static const HookPolicy kNone;
    return vhost.notifies.empty() ? kNone : vhost.notifies.front().policy;
}

std::vector<Sample> samplesOf(const std::string& block, PolicyOf of) {
    const std::string path = "vhost." + block + ".";
    return {
        {path + "on_failure", "play last; on_failure allow",
         [of](C, V v) {
             return of(v).onFailure(Opening::Play) == OnFailure::Last &&
                    of(v).onFailure(Opening::Connect) == OnFailure::Allow;
         }},
        {path + "last_ttl", "20", [of](C, V v) { return of(v).lastTtlMs == 20000; }},
        {path + "breaker_failures", "9", [of](C, V v) { return of(v).breaker.failures == 9; }},
        {path + "breaker_open", "2.5", [of](C, V v) { return of(v).breaker.openMs == 2500; }},
        {path + "cache_verdicts", "on", [of](C, V v) { return of(v).cachesVerdicts; }},
        {path + "cache_size", "77", [of](C, V v) { return of(v).cacheSize == 77; }},
    };
}

} // namespace

std::vector<Sample> policySamples() {
    std::vector<Sample> samples = samplesOf("http_hooks", hooksPolicy);
    for (const Sample& sample : samplesOf("http_notify", notifyPolicy)) samples.push_back(sample);
    const std::string shadow = "vhost.http_hooks.shadow_";
    samples.push_back(
        {shadow + "connect", "http://s/1", [](C, V v) { return v.hooks.shadow.onConnect == Urls{"http://s/1"}; }});
    samples.push_back(
        {shadow + "publish", "http://s/2", [](C, V v) { return v.hooks.shadow.onPublish == Urls{"http://s/2"}; }});
    samples.push_back(
        {shadow + "play", "http://s/3", [](C, V v) { return v.hooks.shadow.onPlay == Urls{"http://s/3"}; }});
    samples.push_back({shadow + "calls", "5", [](C, V v) { return v.hooks.shadow.calls == 5; }});
    return samples;
}

} // namespace hookcast::config
