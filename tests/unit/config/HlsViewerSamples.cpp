// Of the rows about viewers of HLS.
#include "unit/config/DirectiveSamples.h"

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;

} // namespace

std::vector<Sample> hlsViewerSamples() {
    return {
        {"vhost.hls.enabled", "on", [](C, V v) { return v.hls.enabled; }},
        {"vhost.hls.hls_m3u8_file", "[app]/[stream]/index.m3u8",
         [](C, V v) { return v.hls.playlistFile == "[app]/[stream]/index.m3u8"; }},
        {"vhost.hls.hls_ctx", "off", [](C, V v) { return !v.hls.ctx; }},
        {"vhost.hls.hls_ts_ctx", "off", [](C, V v) { return !v.hls.tsCtx; }},
        {"vhost.hls.hls_ctx_bind", "off", [](C, V v) { return !v.hls.ctxBind; }},
        {"vhost.hls.hls_viewer_timeout", "2.5", [](C, V v) { return v.hls.viewerTimeoutMs == 2500; }},
        {"vhost.hls.hls_cdn", "on", [](C, V v) { return v.hls.cdn; }},
        {"vhost.hls.hls_memory", "off", [](C, V v) { return !v.hls.memory; }},
        {"vhost.hls.hls_memory_size", "16m", [](C, V v) { return v.hls.memoryMb == 16; }},
        {"vhost.hls.hls_master_m3u8_path_relative", "on", [](C, V v) { return v.hls.masterPathRelative; }},
        {"limits.hls_memory", "256m", [](C c, V) { return c.limits.hlsMemoryMb == 256; }},
        {"limits.hls_viewers", "500", [](C c, V) { return c.limits.hlsViewers == 500; }},
    };
}

} // namespace hookcast::config
