#include "config/Consequences.h"

#include <array>
#include <utility>

namespace hookcast::config {

namespace {

using Line = std::pair<std::string_view, std::string_view>;

/// A path stands for everything in it.
constexpr std::array kLines = {
    Line{"vhost.hls", "no HLS is made; browsers play HTTP-FLV over http_remux"},
    Line{"vhost.http_hooks.on_hls", "never called, as no HLS is made"},
    Line{"vhost.http_hooks.on_hls_notify", "never called, as no HLS is made"},
    Line{"vhost.hds", "no HDS is made; SRS has dropped it, too"},
    Line{"vhost.dash", "no DASH is made; browsers play HTTP-FLV over http_remux"},
    Line{"vhost.forward", "streams are not pushed to other servers; let those fetch them (capture, ingest)"},
    Line{"vhost.cluster", "this server is no edge: it serves only what is published to it, or what a capture fetches"},
    Line{"vhost.mode", "this server is no edge: it serves only what is published to it, or what a capture fetches"},
    Line{"vhost.origin", "this server is no edge; a capture fetches a stream from another server"},
    Line{"vhost.token_traverse", "each server asks its own backends"},
    Line{"vhost.vhost", "this server is no edge"},
    Line{"vhost.debug_srs_upnode", "this server is no edge"},
    Line{"vhost.transcode", "streams are passed on as they come; encode before, or in an ingest with an engine"},
    Line{"vhost.rtc", "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.nack", "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.twcc", "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.bandcheck", "no bandwidth test; SRS has dropped it, too"},
    Line{"vhost.security", "everybody may publish and play whom the hooks let in"},
    Line{"vhost.refer", "pages are not looked at; the hooks are told pageUrl"},
    Line{"vhost.srt.srt_to_rtmp", "nothing: every stream is offered over every protocol"},
    Line{"vhost.srt", "this option of SRT has no counterpart here"},
    Line{"vhost.http_flv", "http_remux serves streams"},
    Line{"vhost.http_remux", "every mount has all that the stream has, from its newest keyframe on"},
    Line{"vhost.rtsp", "every stream is offered over every protocol"},
    Line{"srt_server.sei_filter", "SEI of H.264 is kept"},
    Line{"srt_server.connect_timeout", "nothing: libsrt gives time limits to callers, not to listeners"},
    Line{"srt_server.mix_correct", "nothing: SRS does nothing with it, either"},
    Line{"vhost.publish.parse_sps", "nothing: what a stream is, is read anyway"},
    Line{"vhost.publish.try_annexb_first", "nothing: both forms are understood"},
    Line{"vhost.dvr", "this option of recordings has no counterpart here"},
    Line{"rtc_server", "no WebRTC: browsers play HTTP-FLV"},
    Line{"rtmps", "no RTMP over TLS; a proxy in front (stunnel, nginx stream) does it"},
    Line{"http_api.https", "no TLS; a proxy in front does it"},
    Line{"http_server.https", "no TLS; a proxy in front does it"},
    Line{"http_api.auth", "no WebRTC: nothing to ask the token for"},
    Line{"http_api.raw_api", "nothing: SRS has dropped it, too"},
    Line{"exporter", "/metrics of http_api has the figures"},
    Line{"stream_caster", "no such publishers; RTSP and SRT publish directly"},
    Line{"circuit_breaker", "max_connections and limits { } bound the load"},
    Line{"threads", "loops says how many threads serve clients"},
    Line{"tencentcloud_cls", "the log goes to its file only"},
    Line{"tencentcloud_apm", "no traces are sent"},
    Line{"kafka", "no events to Kafka; webhook { } posts them"},
    Line{"inotify_auto_reload", "send SIGHUP to reload"},
    Line{"auto_reload_for_docker", "send SIGHUP to reload"},
    Line{"disable_daemon_for_docker", "write daemon off to stay in the foreground"},
    Line{"in_docker", "nothing"},
    Line{"asprocess", "the server goes on when its parent ends"},
    Line{"pithy_print_ms", "progress is not logged; the HTTP API tells it"},
    Line{"pithy_print", "progress is not logged; the HTTP API tells it"},
    Line{"ff_log_dir", "what ffmpeg says is not kept"},
    Line{"ff_log_level", "what ffmpeg says is not kept"},
    Line{"tcmalloc_release_rate", "nothing: another allocator"},
    Line{"query_latest_version", "nobody is asked for newer versions"},
    Line{"first_wait_for_qlv", "nobody is asked for newer versions"},
    Line{"empty_ip_ok", "nothing: a client always has an address"},
    Line{"transcode", "nothing: SRS does nothing with it, either"},
    Line{"engine", "nothing: SRS does nothing with it, either"},
    Line{"ingest", "nothing: it belongs into a vhost"},
};

constexpr std::string_view kGeneral = "it is read and nothing follows from it";

} // namespace

std::string_view consequenceOf(std::string_view path) {
    for (;;) {
        for (const auto& [described, consequence] : kLines)
            if (described == path) return consequence;
        const std::size_t dot = path.rfind('.');
        if (dot == std::string_view::npos) return kGeneral;
        path = path.substr(0, dot);
    }
}

} // namespace hookcast::config
