// Of the rows about what is made of segments of HLS beside serving them.
#include "unit/config/DirectiveSamples.h"

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;

} // namespace

std::vector<Sample> hlsDiskSamples() {
    return {
        {"vhost.hls.hls_path", "/srv/hls", [](C, V v) { return v.hls.path == "/srv/hls"; }},
        {"vhost.hls.hls_cleanup", "off", [](C, V v) { return !v.hls.cleanup; }},
        {"vhost.hls.hls_dispose", "30", [](C, V v) { return v.hls.disposeMs == 30'000; }},
        {"vhost.hls.hls_keys", "on", [](C, V v) { return v.hls.keys; }},
        {"vhost.hls.hls_fragments_per_key", "7", [](C, V v) { return v.hls.segmentsPerKey == 7; }},
        {"vhost.hls.hls_key_file", "[stream].key", [](C, V v) { return v.hls.keyFile == "[stream].key"; }},
        {"vhost.hls.hls_key_file_path", "/srv/keys", [](C, V v) { return v.hls.keyFilePath == "/srv/keys"; }},
        {"vhost.hls.hls_key_url", "http://k/", [](C, V v) { return v.hls.keyUrl == "http://k/"; }},
        {"vhost.hls.hls_recover", "off", [](C, V v) { return !v.hls.recover; }},
        {"vhost.hls.hls_nb_notify", "10", [](C, V v) { return v.hls.notifyBytes == 10; }},
        {"vhost.http_hooks.on_hls", "http://a/7",
         [](C, V v) { return v.hooks.onHls == std::vector<std::string>{"http://a/7"}; }},
        {"vhost.http_hooks.on_hls_notify", "http://a/[app]/[ts_url]",
         [](C, V v) { return v.hooks.onHlsNotify == "http://a/[app]/[ts_url]"; }},
        {"limits.hls_queue", "1048576", [](C c, V) { return c.limits.hlsQueueBytes == 1048576; }},
    };
}

} // namespace hookcast::config
