#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Int64 = std::int64_t;

constexpr double kDayS = 24 * 3600;
constexpr double kMostMb = 1024 * 1024;

constexpr std::array kOnError = {Choice{"ignore", static_cast<int>(HlsConfig::OnError::Ignore)},
                                 Choice{"disconnect", static_cast<int>(HlsConfig::OnError::Disconnect)},
                                 Choice{"continue", static_cast<int>(HlsConfig::OnError::Continue)}};

constexpr ChoiceField kOnErrorField = {
    [](Scope s) { return static_cast<int>(s.vhost.hls.onError); },
    [](Scope s, int value) { s.vhost.hls.onError = static_cast<HlsConfig::OnError>(value); }};

constexpr std::array kAudioCodecs = {Choice{"aac", 1}, Choice{"mp3", 1}, Choice{"an", 0}};

constexpr ChoiceField kAudioCodec = {[](Scope s) { return s.vhost.hls.takesAudio ? 1 : 0; },
                                     [](Scope s, int value) { s.vhost.hls.takesAudio = value != 0; }};

constexpr std::array kVideoCodecs = {Choice{"h264", 1}, Choice{"vn", 0}};

constexpr ChoiceField kVideoCodec = {[](Scope s) { return s.vhost.hls.takesVideo ? 1 : 0; },
                                     [](Scope s, int value) { s.vhost.hls.takesVideo = value != 0; }};

constexpr std::array kHls = {
    offSwitch("enabled", "Make HLS of the vhost's streams.").in([](Scope s) -> bool& { return s.vhost.hls.enabled; }),
    decimal("hls_fragment", "10", "s", "Length of a segment; fractions are allowed.")
        .within(0.1, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.hls.fragmentMs; }),
    decimal("hls_td_ratio", "1.0", "factor", "Target duration, as a multiple of the segment's length, at least.")
        .within(1, 100)
        .in([](Scope s) -> Int64& { return s.vhost.hls.targetDurationPermille; }),
    decimal("hls_aof_ratio", "2.1", "factor", "A segment so many times too long ends, with or without a keyframe.")
        .within(1, 100)
        .in([](Scope s) -> Int64& { return s.vhost.hls.overflowPermille; }),
    decimal("hls_window", "60", "s", "Length of the playlist.").within(0.1, kDayS).in([](Scope s) -> Int64& {
        return s.vhost.hls.windowMs;
    }),
    decimal("dvr_window", "0", "s", "The playlist goes back so far, where that is longer, for rewinding.")
        .within(0, kDayS)
        .in([](Scope s) -> Int64& { return s.vhost.hls.dvrWindowMs; }),
    choice("hls_on_error", "continue",
           "What a failure does: ignore (HLS of the stream ends), disconnect (the publisher), continue.")
        .onlyOneOf(kOnError)
        .in(kOnErrorField),
    text("hls_path", "", "Folder in which it is written as files, too; without one, it is served from memory only.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.path; })
        .shown("./objs/hls"),
    text("hls_m3u8_file", "[app]/[stream].m3u8", "The playlist's name, and its path at http_server.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.playlistFile; }),
    text("hls_ts_file", "[app]/[stream]-[seq].ts", "The segments' names; hooks.md lists the variables.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.tsFile; }),
    offSwitch("hls_ts_floor", "Number and cut segments by the clock.").in([](Scope s) -> bool& {
        return s.vhost.hls.tsFloor;
    }),
    text("hls_entry_prefix", "", "Put before the segments' names in the playlist.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.entryPrefix; })
        .shown("https://cdn.example.com/"),
    choice("hls_acodec", "aac", "an: without sound; else it is seen in the stream.")
        .onlyOneOf(kAudioCodecs)
        .in(kAudioCodec),
    choice("hls_vcodec", "h264", "vn: without pictures; else they are seen in the stream.")
        .onlyOneOf(kVideoCodecs)
        .in(kVideoCodec),
    onSwitch("hls_cleanup", "Remove files of segments that left the playlist.").in([](Scope s) -> bool& {
        return s.vhost.hls.cleanup;
    }),
    integer("hls_nb_notify", "64", "bytes", "How much of on_hls_notify's answer is read.")
        .within(0, 65536)
        .in([](Scope s) -> std::uint32_t& { return s.vhost.hls.notifyBytes; }),
    onSwitch("hls_wait_keyframe", "Begin segments with a keyframe.").in([](Scope s) -> bool& {
        return s.vhost.hls.waitKeyframe;
    }),
    integer("hls_dispose", "120", "s", "So long after its publisher has left all of a stream is removed; 0: never.")
        .within(0, 365 * kDayS)
        .in([](Scope s) -> Int64& { return s.vhost.hls.disposeMs; }),
    offSwitch("hls_keys", "Encrypt the segments, by AES-128.").in([](Scope s) -> bool& { return s.vhost.hls.keys; }),
    integer("hls_fragments_per_key", "5", "segments", "How many share a key.")
        .within(1, 1'000'000)
        .in([](Scope s) -> std::uint32_t& { return s.vhost.hls.segmentsPerKey; }),
    text("hls_key_file", "[app]/[stream]-[seq].key", "The keys' names.").in([](Scope s) -> std::string& {
        return s.vhost.hls.keyFile;
    }),
    text("hls_key_file_path", "", "Where keys are written; hls_path where it is not set.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.keyFilePath; })
        .shown("./objs/keys"),
    text("hls_key_url", "", "Where players find the keys; without it, at http_server.")
        .in([](Scope s) -> std::string& { return s.vhost.hls.keyUrl; })
        .shown("https://keys.example.com/"),
    onSwitch("hls_dts_directly", "Keep the publisher's timestamps.").in([](Scope s) -> bool& {
        return s.vhost.hls.keepsPublisherTimes;
    }),
    onSwitch("hls_ctx", "Give each viewer a session, by a token in the playlist's URL.").in([](Scope s) -> bool& {
        return s.vhost.hls.ctx;
    }),
    onSwitch("hls_ts_ctx", "Carry it in the segments' URLs, too.").in([](Scope s) -> bool& {
        return s.vhost.hls.tsCtx;
    }),
    onSwitch("hls_ctx_bind", "A session is good for the address that it was given to.").in([](Scope s) -> bool& {
        return s.vhost.hls.ctxBind;
    }),
    offSwitch("hls_use_fmp4", "Write fragmented MP4 instead of TS.").in([](Scope s) -> bool& {
        return s.vhost.hls.usesFmp4;
    }),
    text("hls_fmp4_file", "[app]/[stream]-[seq].m4s", "The MP4 segments' names.").in([](Scope s) -> std::string& {
        return s.vhost.hls.fmp4File;
    }),
    text("hls_init_file", "[app]/[stream]/init.mp4", "The MP4 header's name.").in([](Scope s) -> std::string& {
        return s.vhost.hls.initFile;
    }),
    onSwitch("hls_recover", "Go on with the playlist that is there after a restart.").in([](Scope s) -> bool& {
        return s.vhost.hls.recover;
    }),
    offSwitch("hls_master_m3u8_path_relative", "Write relative paths into the master playlist.")
        .in([](Scope s) -> bool& { return s.vhost.hls.masterPathRelative; }),
    offSwitch("hls_ll", "Low latency: segments are fragmented MP4, and players get their parts while they are written.")
        .in([](Scope s) -> bool& { return s.vhost.hls.lowLatency; }),
    decimal("hls_part", "0.2", "s", "Length of such a part.").within(0.02, 10).in([](Scope s) -> Int64& {
        return s.vhost.hls.partMs;
    }),
    onSwitch("hls_memory", "Serve segments from memory; off: from the files of hls_path.").in([](Scope s) -> bool& {
        return s.vhost.hls.memory;
    }),
    sizeMb("hls_memory_size", "64m", "At most so much of one stream; the oldest segments go first.")
        .within(1, kMostMb)
        .in([](Scope s) -> std::uint32_t& { return s.vhost.hls.memoryMb; }),
    decimal("hls_viewer_timeout", "0", "s",
            "A viewer who asks for nothing for so long has left; 0: three target durations.")
        .within(0, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.hls.viewerTimeoutMs; }),
    offSwitch("hls_cdn", "Caches may keep the answers; only requests for playlists ask the backends.")
        .in([](Scope s) -> bool& { return s.vhost.hls.cdn; }),
    text("hls_storage", "disk", "disk, ram or both; SRS 2 only.").noVariable(),
    text("hls_mount", "", "The path of HLS in memory; SRS 2 only.").noVariable(),
};

constexpr std::array kDash = {
    offSwitch("enabled", "Make DASH of the vhost's streams.").in([](Scope s) -> bool& { return s.vhost.dash.enabled; }),
    decimal("dash_fragment", "10", "s", "Length of a segment; where the vhost has HLS, that of its segments counts.")
        .within(0.1, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.dash.fragmentMs; }),
    decimal("dash_update_period", "5", "s", "How often players look for a new manifest.")
        .within(0.1, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.dash.updatePeriodMs; }),
    decimal("dash_timeshift", "300", "s", "How far players may seek back.").within(0, kDayS).in([](Scope s) -> Int64& {
        return s.vhost.dash.timeshiftMs;
    }),
    text("dash_path", "./objs/nginx/html", "Folder in which it is written as files, too."),
    text("dash_mpd_file", "[app]/[stream].mpd", "The manifest's name, and its path at http_server.")
        .in([](Scope s) -> std::string& { return s.vhost.dash.manifestFile; }),
    integer("dash_window_size", "5", "segments", "Length of the manifest.")
        .within(1, 100'000)
        .in([](Scope s) -> std::uint32_t& { return s.vhost.dash.windowSegments; }),
    onSwitch("dash_cleanup", "Remove files of segments that left the manifest."),
    integer("dash_dispose", "120", "s", "So long after its publisher has left all of a stream is removed; 0: never.")
        .within(0, 365 * kDayS)
        .in([](Scope s) -> Int64& { return s.vhost.dash.disposeMs; }),
};

constexpr std::array kSections = {
    Section{.context = "vhost.hls", .rows = kHls},
    Section{.context = "vhost.dash", .rows = kDash},
};

} // namespace

std::span<const Section> hlsSections() {
    return kSections;
}

} // namespace hookcast::config
