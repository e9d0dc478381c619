#include "config/Consequences.h"

#include <algorithm>
#include <array>

namespace hookcast::config {

namespace {

struct Line {
    std::string_view path;
    Severity severity;
    std::string_view text;
};

constexpr Severity kBreaks = Severity::Breaks;
constexpr Severity kChanges = Severity::Changes;
constexpr Severity kHarmless = Severity::Harmless;

/// A path stands for everything in it.
constexpr std::array kLines = {
    Line{"vhost.hls.hls_storage", kHarmless, "segments are in memory, and files too where hls_path is written"},
    Line{"vhost.hls.hls_mount", kHarmless, "SRS has dropped it, too; hls_m3u8_file is the path"},
    Line{"vhost.hds", kBreaks, "no HDS is made; SRS has dropped it, too"},
    Line{"vhost.dash.dash_path", kChanges, "DASH is served from memory; no files of it are written"},
    Line{"vhost.dash.dash_cleanup", kHarmless, "nothing: no files of DASH are written"},
    Line{"vhost.forward", kBreaks, "streams are not pushed to other servers; let those fetch them (capture, ingest)"},
    Line{"vhost.cluster", kBreaks,
         "this server is no edge: it serves only what is published to it, or what a capture fetches"},
    Line{"vhost.mode", kBreaks,
         "this server is no edge: it serves only what is published to it, or what a capture fetches"},
    Line{"vhost.origin", kBreaks, "this server is no edge; a capture fetches a stream from another server"},
    Line{"vhost.token_traverse", kBreaks, "each server asks its own backends"},
    Line{"vhost.vhost", kChanges, "this server is no edge"},
    Line{"vhost.debug_srs_upnode", kChanges, "this server is no edge"},
    Line{"vhost.transcode", kBreaks,
         "streams are passed on as they come; encode before, or in an ingest with an engine"},
    Line{"vhost.rtc", kBreaks, "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.nack", kHarmless, "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.twcc", kHarmless, "no WebRTC: browsers play HTTP-FLV"},
    Line{"vhost.bandcheck", kChanges, "no bandwidth test; SRS has dropped it, too"},
    Line{"vhost.srt.srt_to_rtmp", kHarmless, "nothing: every stream is offered over every protocol"},
    Line{"vhost.srt", kChanges, "this option of SRT has no counterpart here"},
    Line{"vhost.http_flv", kChanges, "http_remux serves streams"},
    Line{"vhost.http_remux", kChanges, "every mount has all that the stream has, from its newest keyframe on"},
    Line{"vhost.rtsp", kHarmless, "every stream is offered over every protocol"},
    Line{"srt_server.sei_filter", kChanges, "SEI of H.264 is kept"},
    Line{"srt_server.connect_timeout", kHarmless, "nothing: libsrt gives time limits to callers, not to listeners"},
    Line{"srt_server.mix_correct", kHarmless, "nothing: SRS does nothing with it, either"},
    Line{"vhost.publish.parse_sps", kHarmless, "nothing: what a stream is, is read anyway"},
    Line{"vhost.publish.try_annexb_first", kHarmless, "nothing: both forms are understood"},
    Line{"vhost.dvr", kChanges, "this option of recordings has no counterpart here"},
    Line{"rtc_server", kBreaks, "no WebRTC: browsers play HTTP-FLV"},
    Line{"http_api.auth", kHarmless, "no WebRTC: nothing to ask the token for"},
    Line{"http_api.raw_api", kHarmless, "nothing: SRS has dropped it, too"},
    Line{"exporter", kChanges, "/metrics of http_api has figures, under names of its own and without label and tag"},
    Line{"stream_caster", kBreaks, "no such publishers; RTSP and SRT publish directly"},
    Line{"circuit_breaker", kChanges, "max_connections and limits { } bound the load"},
    Line{"threads", kHarmless, "loops says how many threads serve clients"},
    Line{"tencentcloud_cls", kChanges, "the log goes to its file only"},
    Line{"tencentcloud_apm", kChanges, "no traces are sent"},
    Line{"kafka", kBreaks, "no events to Kafka; webhook { } posts them"},
    Line{"inotify_auto_reload", kChanges, "send SIGHUP to reload"},
    Line{"auto_reload_for_docker", kChanges, "send SIGHUP to reload"},
    Line{"disable_daemon_for_docker", kChanges, "write daemon off to stay in the foreground"},
    Line{"in_docker", kHarmless, "nothing"},
    Line{"asprocess", kChanges, "the server goes on when its parent ends"},
    Line{"pithy_print_ms", kHarmless, "progress is not logged; the HTTP API tells it"},
    Line{"pithy_print", kHarmless, "progress is not logged; the HTTP API tells it"},
    Line{"ff_log_dir", kChanges, "what ffmpeg says is not kept"},
    Line{"ff_log_level", kChanges, "what ffmpeg says is not kept"},
    Line{"tcmalloc_release_rate", kHarmless, "nothing: another allocator"},
    Line{"query_latest_version", kHarmless, "nobody is asked for newer versions"},
    Line{"first_wait_for_qlv", kHarmless, "nobody is asked for newer versions"},
    Line{"empty_ip_ok", kHarmless, "nothing: a client always has an address"},
    Line{"transcode", kHarmless, "nothing: SRS does nothing with it, either"},
    Line{"engine", kHarmless, "nothing: SRS does nothing with it, either"},
    Line{"ingest", kHarmless, "nothing: it belongs into a vhost"},
};

constexpr Consequence kGeneral = {kChanges, "it is read and nothing follows from it"};

/// Of what works, and not as with SRS: migrating.md has more about each.
constexpr std::array kDifferences = {
    Line{"vhost.http_hooks.on_connect", kChanges,
         "admits with status 200 only, and 201 with 'dialect srs4'; white space around 0 is cut"},
    Line{"vhost.http_hooks.on_publish", kChanges,
         "admits with status 200 only, and 201 with 'dialect srs4'; white space around 0 is cut; not asked about a "
         "name that is busy"},
    Line{"vhost.http_hooks.on_play", kChanges,
         "admits with status 200 only, and 201 with 'dialect srs4'; white space around 0 is cut; over HTTP asked "
         "whether "
         "anybody publishes or not"},
    Line{"vhost.http_hooks.on_close", kChanges, "tried again when the backend is away; has more fields"},
    Line{"vhost.http_hooks.on_unpublish", kChanges, "tried again when the backend is away; has more fields"},
    Line{"vhost.http_hooks.on_stop", kChanges, "tried again when the backend is away; has more fields"},
    Line{"vhost.http_hooks.on_hls", kChanges, "tried again when the backend is away; without hls_path no file is told"},
    Line{"vhost.http_hooks.on_hls_notify", kChanges, "what stands for a variable is percent-encoded"},
    Line{"vhost.http_remux", kChanges,
         "who comes before the publisher waits for it, play { wait_stream }, and gets 404 when nobody comes"},
    Line{"vhost.dvr", kChanges,
         "MP4 can be played at any time, without AV1, VP9 and G.711; a recording in a folder that is served is behind "
         "the hooks"},
    Line{"vhost.exec", kChanges, "programs get a few variables, not the server's environment"},
    Line{"vhost.ingest", kChanges, "without an engine the server fetches the stream itself, without ffmpeg"},
    Line{"vhost.ingest.engine.iformat", kChanges, "flv is looked for by ffmpeg itself, too"},
    Line{"vhost.http_static.dir", kChanges,
         "no hidden files and no *.tmp; symbolic links only where they are relative and stay in it"},
    Line{"vhost.refer", kChanges, "the host or a site below it, not every name that ends so; over HTTP, too"},
    Line{"vhost.security", kChanges, "SRT, RTSP and HTTP, too; IPv6 networks, too"},
    Line{"vhost.play.time_jitter", kChanges, "all players of a stream see the same time"},
    Line{"vhost.play.mw_msgs", kChanges, "waits for a second at most, and not at all with mw_latency 0"},
    Line{"vhost.play.send_min_interval", kChanges, "between two writes to all players of a stream"},
    Line{"vhost.http_remux.guess_has_av", kHarmless, "from what the stream has shown"},
    Line{"vhost.publish.kickoff_for_idle", kChanges, "not a publisher that is recorded"},
    Line{"http_server.dir", kChanges,
         "no hidden files and no *.tmp; symbolic links only where they are relative and stay in it"},
    Line{"http_api", kChanges,
         "without auth at IP addresses, localhost and allowed_hosts only; a reload and a kick are no GET"},
    Line{"heartbeat", kChanges, "the first at once"},
    Line{"stats.network", kHarmless, "a number that is too high begins again at the first address"},
    Line{"srt_server.latency", kChanges, "counts where recvlatency and peerlatency are not written"},
};

template <typename Lines>
const Line* lineOf(const Lines& lines, std::string_view path) {
    const auto found = std::ranges::find(lines, path, &Line::path);
    return found == lines.end() ? nullptr : &*found;
}

} // namespace

Consequence consequenceOf(std::string_view path) {
    for (;;) {
        if (const Line* line = lineOf(kLines, path)) return {line->severity, line->text};
        const std::size_t dot = path.rfind('.');
        if (dot == std::string_view::npos) return kGeneral;
        path = path.substr(0, dot);
    }
}

Consequence differenceOf(std::string_view path) {
    const Line* line = lineOf(kDifferences, path);
    return line == nullptr ? Consequence{} : Consequence{line->severity, line->text};
}

std::size_t differenceCount() {
    return kDifferences.size();
}

} // namespace hookcast::config
