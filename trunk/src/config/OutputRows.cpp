#include "config/DirectiveTable.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Words = std::vector<std::string>;

constexpr std::array kHttpStatic = {
    offSwitch("enabled", "Serve them.").in([](Scope s) -> bool& { return s.vhost.httpStatic.enabled; }),
    text("mount", "[vhost]/", "The path that they appear under: a host, [vhost] or nothing, then a path.")
        .in([](Scope s) -> std::string& { return s.vhost.httpStatic.mount; }),
    text("dir", "./objs/nginx/html", "Their folder; nothing outside of it is served, and no list of it.")
        .in([](Scope s) -> std::string& { return s.vhost.httpStatic.dir; }),
};

constexpr std::array kHttpRemux = {
    offSwitch("enabled", "Serve the vhost's streams.").in([](Scope s) -> bool& { return s.vhost.httpRemux.enabled; }),
    words("mount", "[vhost]/[app]/[stream].flv", "Their paths; the ending names the format: .flv, .ts, .aac or .mp3.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.httpRemux.mounts; }),
    decimal("fast_cache", "0", "s", "Sound kept for new players of AAC and MP3."),
    onSwitch("drop_if_not_match", "Leave out what FLV's header does not announce, when it comes all the same.")
        .in([](Scope s) -> bool& { return s.vhost.httpRemux.dropIfNotMatch; }),
    onSwitch("has_audio", "FLV's header announces sound, where that is not guessed or nothing is known.")
        .in([](Scope s) -> bool& { return s.vhost.httpRemux.hasAudio; }),
    onSwitch("has_video", "FLV's header announces a picture, likewise.").in([](Scope s) -> bool& {
        return s.vhost.httpRemux.hasVideo;
    }),
    onSwitch("guess_has_av", "FLV's header announces what has come; a track that is silent, not.")
        .in([](Scope s) -> bool& { return s.vhost.httpRemux.guessHasAv; }),
    decimal("guess_av_wait", "1", "s",
            "How long a stream has, from its first sound or picture on, to show what it holds.")
        .within(0, 60)
        .in([](Scope s) -> std::int64_t& { return s.vhost.httpRemux.guessAvWaitMs; }),
    onSwitch("hstrs", "Keep the connection of a client that came too early; dropped by SRS 3.").noVariable(),
};

constexpr std::array kHds = {
    offSwitch("enabled", "Write HDS."),
    decimal("hds_fragment", "10", "s", "Length of a segment."),
    decimal("hds_window", "60", "s", "Length of the playlist."),
    text("hds_path", "./objs/nginx/html", "Where it is written."),
};

constexpr double kDayS = 24 * 3600;

constexpr std::array kDvrPlans = {Choice{"session", static_cast<int>(DvrConfig::Plan::Session)},
                                  Choice{"segment", static_cast<int>(DvrConfig::Plan::Segment)},
                                  Choice{"append", static_cast<int>(DvrConfig::Plan::Session)}};

constexpr ChoiceField kDvrPlan = {[](Scope s) { return static_cast<int>(s.vhost.dvr.plan); },
                                  [](Scope s, int value) { s.vhost.dvr.plan = static_cast<DvrConfig::Plan>(value); }};

constexpr ChoiceField kDvrTimeJitter = {
    [](Scope s) { return static_cast<int>(s.vhost.dvr.timeJitter); },
    [](Scope s, int value) { s.vhost.dvr.timeJitter = static_cast<TimeJitter>(value); }};

constexpr std::array kDvr = {
    offSwitch("enabled", "Record.").in([](Scope s) -> bool& { return s.vhost.dvr.enabled; }),
    words("dvr_apply", "all", "Which streams: all, or app/stream names.").noVariable().in([](Scope s) -> Words& {
        return s.vhost.dvr.apply;
    }),
    choice("dvr_plan", "session", "session: one file per publication, append too; segment: one per dvr_duration.")
        .onlyOneOf(kDvrPlans)
        .in(kDvrPlan),
    text("dvr_path", "./objs/nginx/html/[app]/[stream].[timestamp].flv",
         "The files' names, .flv or .mp4; hooks.md lists the variables.")
        .in([](Scope s) -> std::string& { return s.vhost.dvr.path; }),
    integer("dvr_duration", "30", "s", "Length of a segment.").within(1, kDayS).in([](Scope s) -> std::int64_t& {
        return s.vhost.dvr.durationMs;
    }),
    onSwitch("dvr_wait_keyframe", "Begin segments with a keyframe.").in([](Scope s) -> bool& {
        return s.vhost.dvr.waitKeyframe;
    }),
    choice("time_jitter", "full",
           "Times begin at 0 and never go back (full), begin at 0 (zero), are the publisher's (off).")
        .onlyOneOf(kTimeJitters)
        .in(kDvrTimeJitter),
};

constexpr std::array kForward = {
    offSwitch("enabled", "Push streams."),
    words("destination", "", "Where: host[:port].").noVariable(),
    text("backend", "", "A URL that is asked where."),
};

constexpr std::array kExec = {
    offSwitch("enabled", "Run them.").in([](Scope s) -> bool& { return s.vhost.exec.enabled; }),
    words("publish", "", "A program and its arguments; may stand here several times. hooks.md lists the variables.")
        .in([](Scope s) -> std::vector<std::vector<std::string>>& { return s.vhost.exec.publish; })
        .repeated()
        .shown("./on-publish.sh"),
};

constexpr std::array kTranscode = {
    offSwitch("enabled", "Transcode."),
    text("ffmpeg", "", "The program that transcodes."),
    block("engine", "One output.").args(0, 1).repeated(),
};

constexpr std::array kEngine = {
    offSwitch("enabled", "Make this output."),
    block("perfile", "ffmpeg options before the input."),
    text("iformat", "flv", "Format of the input; off: left to ffmpeg."),
    block("vfilter", "Picture filters."),
    text("vcodec", "", "Picture codec; copy: unchanged, vn: none."),
    integer("vbitrate", "0", "kbit/s", "Picture bitrate."),
    decimal("vfps", "0", "frames/s", "Picture rate."),
    integer("vwidth", "0", "pixels", "Picture width."),
    integer("vheight", "0", "pixels", "Picture height."),
    integer("vthreads", "1", "threads", "Threads of the encoder."),
    text("vprofile", "", "Profile of the encoder."),
    text("vpreset", "", "Preset of the encoder."),
    block("vparams", "Further ffmpeg options for the picture."),
    text("acodec", "", "Sound codec; copy: unchanged, an: none."),
    integer("abitrate", "0", "kbit/s", "Sound bitrate."),
    integer("asample_rate", "0", "Hz", "Sample rate."),
    integer("achannels", "0", "channels", "Channels."),
    block("aparams", "Further ffmpeg options for the sound."),
    text("oformat", "flv", "Format of the output; off: left to ffmpeg."),
    text("output", "", "URL of the output."),
};

constexpr std::span<const DirectiveRow> kAnything;
constexpr Section::Names kFree = Section::Names::Free;

constexpr std::array kSections = {
    Section{.context = "vhost.http_static", .rows = kHttpStatic},
    Section{.context = "vhost.http_remux", .rows = kHttpRemux},
    Section{.context = "vhost.hds", .rows = kHds, .names = kFree},
    Section{.context = "vhost.dvr", .rows = kDvr},
    Section{.context = "vhost.forward", .rows = kForward},
    Section{.context = "vhost.exec", .rows = kExec, .environment = false},
    Section{.context = "vhost.transcode", .rows = kTranscode, .environment = false},
    Section{.context = "vhost.transcode.engine", .rows = kEngine, .environment = false},
    Section{.context = "vhost.transcode.engine.perfile", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.transcode.engine.vfilter", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.transcode.engine.vparams", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.transcode.engine.aparams", .rows = kAnything, .names = kFree, .environment = false},
};

} // namespace

std::span<const Section> outputSections() {
    return kSections;
}

} // namespace hookcast::config
