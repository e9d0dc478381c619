// Of the rows about segments and playlists, of HLS and of DASH.
#include "unit/config/DirectiveSamples.h"

namespace hookcast::config {

namespace {

using C = const Config&;
using V = const VhostConfig&;

} // namespace

std::vector<Sample> hlsSegmentSamples() {
    return {
        {"vhost.hls.hls_fragment", "2.5", [](C, V v) { return v.hls.fragmentMs == 2500; }},
        {"vhost.hls.hls_td_ratio", "1.5", [](C, V v) { return v.hls.targetDurationPermille == 1500; }},
        {"vhost.hls.hls_aof_ratio", "1.2", [](C, V v) { return v.hls.overflowPermille == 1200; }},
        {"vhost.hls.hls_window", "30", [](C, V v) { return v.hls.windowMs == 30'000; }},
        {"vhost.hls.dvr_window", "3600", [](C, V v) { return v.hls.dvrWindowMs == 3'600'000; }},
        {"vhost.hls.hls_ts_file", "[app]/[stream]/[seq].ts",
         [](C, V v) { return v.hls.tsFile == "[app]/[stream]/[seq].ts"; }},
        {"vhost.hls.hls_fmp4_file", "[app]/[stream]/[seq].m4s",
         [](C, V v) { return v.hls.fmp4File == "[app]/[stream]/[seq].m4s"; }},
        {"vhost.hls.hls_init_file", "[app]/[stream].mp4",
         [](C, V v) { return v.hls.initFile == "[app]/[stream].mp4"; }},
        {"vhost.hls.hls_ts_floor", "on", [](C, V v) { return v.hls.tsFloor; }},
        {"vhost.hls.hls_entry_prefix", "http://cdn/", [](C, V v) { return v.hls.entryPrefix == "http://cdn/"; }},
        {"vhost.hls.hls_acodec", "an", [](C, V v) { return !v.hls.takesAudio; }},
        {"vhost.hls.hls_vcodec", "vn", [](C, V v) { return !v.hls.takesVideo; }},
        {"vhost.hls.hls_wait_keyframe", "off", [](C, V v) { return !v.hls.waitKeyframe; }},
        {"vhost.hls.hls_dts_directly", "off", [](C, V v) { return !v.hls.keepsPublisherTimes; }},
        {"vhost.hls.hls_use_fmp4", "on", [](C, V v) { return v.hls.usesFmp4; }},
        {"vhost.hls.hls_ll", "on", [](C, V v) { return v.hls.lowLatency; }},
        {"vhost.hls.hls_part", "0.3", [](C, V v) { return v.hls.partMs == 300; }},
        {"vhost.hls.hls_on_error", "disconnect",
         [](C, V v) { return v.hls.onError == HlsConfig::OnError::Disconnect; }},
        {"vhost.dash.enabled", "on", [](C, V v) { return v.dash.enabled; }},
        {"vhost.dash.dash_fragment", "2.5", [](C, V v) { return v.dash.fragmentMs == 2500; }},
        {"vhost.dash.dash_update_period", "2", [](C, V v) { return v.dash.updatePeriodMs == 2000; }},
        {"vhost.dash.dash_timeshift", "60", [](C, V v) { return v.dash.timeshiftMs == 60'000; }},
        {"vhost.dash.dash_mpd_file", "[app]/[stream]/index.mpd",
         [](C, V v) { return v.dash.manifestFile == "[app]/[stream]/index.mpd"; }},
        {"vhost.dash.dash_window_size", "9", [](C, V v) { return v.dash.windowSegments == 9; }},
        {"vhost.dash.dash_dispose", "30", [](C, V v) { return v.dash.disposeMs == 30'000; }},
    };
}

} // namespace hookcast::config
