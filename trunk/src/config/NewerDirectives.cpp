#include "config/NewerDirectives.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hookcast::config {

namespace {

/// A block stands for what it holds.
constexpr std::array<std::string_view, 55> kPaths = {
    "circuit_breaker",
    "exporter",
    "first_wait_for_qlv",
    "heartbeat.ports",
    "http_api.auth",
    "http_api.https",
    "http_server.https",
    "in_docker",
    "is_full",
    "rtc_server",
    "rtmp",
    "rtmps",
    "rtsp_server",
    "server_id",
    "srs_log_level_v2",
    "srt_server",
    "stats.enabled",
    "stream_caster.audio_enable",
    "stream_caster.auto_create_channel",
    "stream_caster.host",
    "stream_caster.jitterbuffer_enable",
    "stream_caster.rtp_idle_timeout",
    "stream_caster.sip",
    "stream_caster.tcp_enable",
    "stream_caster.wait_keyframe",
    "tcmalloc_release_rate",
    "tencentcloud_apm",
    "tencentcloud_cls",
    "threads",
    "vhost.cluster.follow_client",
    "vhost.cluster.protocol",
    "vhost.dash.dash_cleanup",
    "vhost.dash.dash_dispose",
    "vhost.dash.dash_window_size",
    "vhost.forward.backend",
    "vhost.hls.hls_ctx",
    "vhost.hls.hls_fmp4_file",
    "vhost.hls.hls_init_file",
    "vhost.hls.hls_master_m3u8_path_relative",
    "vhost.hls.hls_recover",
    "vhost.hls.hls_ts_ctx",
    "vhost.hls.hls_use_fmp4",
    "vhost.http_remux.drop_if_not_match",
    "vhost.http_remux.guess_has_av",
    "vhost.http_remux.has_audio",
    "vhost.http_remux.has_video",
    "vhost.nack",
    "vhost.play.gop_cache_max_frames",
    "vhost.play.mw_msgs",
    "vhost.publish.kickoff_for_idle",
    "vhost.publish.try_annexb_first",
    "vhost.rtc",
    "vhost.rtsp",
    "vhost.srt",
    "vhost.twcc",
};

NewerDirective firstIn(const Directive& block, const std::string& prefix) {
    for (const Directive& child : block.children) {
        const std::string path = prefix + child.name;
        if (!child.isImplied && std::ranges::binary_search(kPaths, path)) return {path, child.location};
        if (NewerDirective found = firstIn(child, path + "."); !found.path.empty()) return found;
    }
    return {};
}

} // namespace

NewerDirective firstNewerDirective(const Directive& root) {
    static_assert(std::ranges::is_sorted(kPaths));
    return firstIn(root, {});
}

} // namespace hookcast::config
