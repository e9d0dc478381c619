#include "config/DirectiveTable.h"
#include "config/InputChecks.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Text = std::string;
using Number = std::uint32_t;

constexpr double kDayS = 24 * 3600;
constexpr double kMaxProgram = 65535;
constexpr double kMaxTrack = 255;
constexpr double kMaxInt32 = std::numeric_limits<std::int32_t>::max();

constexpr std::array kKinds = {Choice{"primary", 0}, Choice{"secondary", 1}};

constexpr ChoiceField kKind = {
    [](Scope s) { return s.its<CaptureConfig>().kind == "secondary" ? 1 : 0; },
    [](Scope s, int value) { s.its<CaptureConfig>().kind = value == 1 ? "secondary" : "primary"; }};

constexpr std::array kTransports = {Choice{"auto", static_cast<int>(RtspTransport::Auto)},
                                    Choice{"tcp", static_cast<int>(RtspTransport::Tcp)},
                                    Choice{"udp", static_cast<int>(RtspTransport::Udp)}};

constexpr ChoiceField kTransport = {
    [](Scope s) { return static_cast<int>(s.its<CaptureConfig>().transport); },
    [](Scope s, int value) { s.its<CaptureConfig>().transport = static_cast<RtspTransport>(value); }};

constexpr std::array kCapture = {
    onSwitch("enabled", "Fetch it.").in([](Scope s) -> bool& { return s.its<CaptureConfig>().enabled; }),
    text("source", "", "Where it comes from: rtsp, rtmp, http, https (FLV or TS), srt, or a file that is repeated.")
        .in([](Scope s) -> Text& { return s.its<CaptureConfig>().source; })
        .shown("rtsp://192.168.1.10/stream"),
    choice("kind", "primary", "primary or secondary; the stream is called NAME-KIND.").onlyOneOf(kKinds).in(kKind),
    text("access", "public", "Told in events.").in([](Scope s) -> Text& { return s.its<CaptureConfig>().access; }),
    text("app", "live", "The stream's application.").in([](Scope s) -> Text& { return s.its<CaptureConfig>().app; }),
    text("home", "", "The node of cluster_redis that fetches it while that is alive; empty: any.")
        .in([](Scope s) -> Text& { return s.its<CaptureConfig>().home; })
        .shown("media-1"),
    offSwitch("dvr", "Record it as the dvr block says, even where that is off.").in([](Scope s) -> bool& {
        return s.its<CaptureConfig>().dvr;
    }),
    integer("reconnect_limit", "10", "attempts", "It is given up after so many in a row have failed; 0: never.")
        .within(0, kMaxInt32)
        .in([](Scope s) -> Number& { return s.its<CaptureConfig>().reconnectLimit; }),
    decimal("timeout", "10", "s", "How long opening the source may take.")
        .within(0.1, kDayS)
        .in([](Scope s) -> std::int64_t& { return s.its<CaptureConfig>().timeoutMs; }),
    decimal("stall", "10", "s", "A source that sends nothing for so long is lost.")
        .within(0.1, kDayS)
        .in([](Scope s) -> std::int64_t& { return s.its<CaptureConfig>().stallMs; }),
    choice("transport", "auto", "RTP of an rtsp source: tcp, udp, or auto, which is udp for one that refuses tcp.")
        .onlyOneOf(kTransports)
        .in(kTransport),
    integer("program", "0", "number", "Of several programmes in a transport stream, this one; 0: the first.")
        .within(0, kMaxProgram)
        .in([](Scope s) -> Number& { return s.its<CaptureConfig>().tracks.program; }),
    integer("audio_track", "1", "track", "Of several sound tracks, this one, counted from 1.")
        .within(1, kMaxTrack)
        .in([](Scope s) -> Number& { return s.its<CaptureConfig>().tracks.audioTrack; }),
};

constexpr std::array kIngest = {
    offSwitch("enabled", "Fetch it.").in([](Scope s) -> bool& { return s.its<IngestConfig>().enabled; }),
    block("input", "What is fetched.").works(),
    text("ffmpeg", "", "The program that transcodes.")
        .in([](Scope s) -> Text& { return s.its<IngestConfig>().ffmpeg; })
        .shown("/usr/bin/ffmpeg"),
    blockList<[](Scope s) -> std::vector<IngestEngineConfig>& { return s.its<IngestConfig>().engines; },
              isEngineUsable>(
        "engine", "Where it is published; repeatable. Packets pass as they are unless it is on and has codecs."),
};

constexpr std::array kInputTypes = {Choice{"file", 1}, Choice{"stream", 0}};

constexpr ChoiceField kInputType = {[](Scope s) { return s.its<IngestConfig>().isFile ? 1 : 0; },
                                    [](Scope s, int value) { s.its<IngestConfig>().isFile = value == 1; }};

constexpr std::array kIngestInput = {
    choice("type", "file", "file, which is repeated, or stream.").onlyOneOf(kInputTypes).in(kInputType),
    text("url", "", "Its address.").in([](Scope s) -> Text& { return s.its<IngestConfig>().url; }).shown("./movie.flv"),
};

constexpr std::array kIngestEngine = {
    offSwitch("enabled", "Transcode.").in([](Scope s) -> bool& { return s.its<IngestEngineConfig>().enabled; }),
    ffmpegOptions("perfile", "ffmpeg options before the input.",
                  [](Scope s) -> FfmpegOptions& { return s.its<IngestEngineConfig>().perfile; })
        .shown("rtsp_transport tcp"),
    text("iformat", "flv", "Format of the input; flv and off: left to ffmpeg.").in([](Scope s) -> Text& {
        return s.its<IngestEngineConfig>().iformat;
    }),
    ffmpegOptions("vfilter", "Picture filters.",
                  [](Scope s) -> FfmpegOptions& { return s.its<IngestEngineConfig>().vfilter; })
        .shown("vf scale=640:360"),
    text("vcodec", "", "Picture codec; copy: unchanged, vn: none.")
        .in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().vcodec; })
        .shown("libx264"),
    integer("vbitrate", "0", "kbit/s", "Picture bitrate.").within(0, kMaxInt32).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().vbitrateKbps;
    }),
    text("vfps", "", "Picture rate.").in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().vfps; }).shown("25"),
    integer("vwidth", "0", "pixels", "Picture width.").within(0, kMaxInt32).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().vwidth;
    }),
    integer("vheight", "0", "pixels", "Picture height.").within(0, kMaxInt32).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().vheight;
    }),
    integer("vthreads", "1", "threads", "Threads of the encoder.").within(0, 1024).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().vthreads;
    }),
    text("vprofile", "", "Profile of the encoder.")
        .in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().vprofile; })
        .shown("main"),
    text("vpreset", "", "Preset of the encoder.")
        .in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().vpreset; })
        .shown("medium"),
    ffmpegOptions("vparams", "Further ffmpeg options for the picture.",
                  [](Scope s) -> FfmpegOptions& { return s.its<IngestEngineConfig>().vparams; })
        .shown("tune zerolatency"),
    text("acodec", "", "Sound codec; copy: unchanged, an: none.")
        .in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().acodec; })
        .shown("aac"),
    integer("abitrate", "0", "kbit/s", "Sound bitrate.").within(0, kMaxInt32).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().abitrateKbps;
    }),
    integer("asample_rate", "0", "Hz", "Sample rate.").within(0, kMaxInt32).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().asampleRate;
    }),
    integer("achannels", "0", "channels", "Channels.").within(0, 1024).in([](Scope s) -> Number& {
        return s.its<IngestEngineConfig>().achannels;
    }),
    ffmpegOptions("aparams", "Further ffmpeg options for the sound.",
                  [](Scope s) -> FfmpegOptions& { return s.its<IngestEngineConfig>().aparams; })
        .shown("profile:a aac_low"),
    text("oformat", "flv", "Format of the output; off: left to ffmpeg.").in([](Scope s) -> Text& {
        return s.its<IngestEngineConfig>().oformat;
    }),
    text("output", "", "URL of the output; [vhost], [port], [app], [stream] and [engine] are replaced.")
        .in([](Scope s) -> Text& { return s.its<IngestEngineConfig>().output; })
        .shown("rtmp://127.0.0.1:[port]/live?vhost=[vhost]/livestream"),
};

constexpr std::span<const DirectiveRow> kAnything;
constexpr Section::Names kFree = Section::Names::Free;

constexpr std::array kSections = {
    Section{.context = "vhost.capture", .rows = kCapture, .environment = false},
    Section{.context = "vhost.ingest", .rows = kIngest, .environment = false},
    Section{.context = "vhost.ingest.input", .rows = kIngestInput, .names = kFree, .environment = false},
    Section{.context = "vhost.ingest.engine", .rows = kIngestEngine, .names = kFree, .environment = false},
    Section{.context = "vhost.ingest.engine.perfile", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.ingest.engine.vfilter", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.ingest.engine.vparams", .rows = kAnything, .names = kFree, .environment = false},
    Section{.context = "vhost.ingest.engine.aparams", .rows = kAnything, .names = kFree, .environment = false},
};

} // namespace

std::span<const Section> inputSections() {
    return kSections;
}

} // namespace hookcast::config
