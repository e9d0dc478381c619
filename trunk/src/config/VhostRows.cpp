#include "config/DirectiveTable.h"
#include "config/HookChecks.h"
#include "config/InputChecks.h"
#include "config/RowMakers.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Uint32 = std::uint32_t;
using Int64 = std::int64_t;

constexpr double kMaxInt32 = std::numeric_limits<std::int32_t>::max();
constexpr double kDayS = 24 * 3600;
constexpr double kDayMs = kDayS * 1000;

constexpr std::array kVhost = {
    onSwitch("enabled", "off: every client of this vhost is refused.").noVariable().guarding().in([](Scope s) -> bool& {
        return s.vhost.enabled;
    }),
    integer("chunk_size", "60000", "bytes", "RTMP chunk size towards clients; the top level's where it is not set.")
        .within(128, 65536)
        .in([](Scope s) -> Uint32& { return s.vhost.chunkSizeBytes; }),
    offSwitch("min_latency", "Send each video frame at once instead of every mw_latency.").in([](Scope s) -> bool& {
        return s.vhost.minLatency;
    }),
    offSwitch("tcp_nodelay", "Send small packets at once (TCP_NODELAY).").in([](Scope s) -> bool& {
        return s.vhost.tcpNodelay;
    }),
    integer("in_ack_size", "0", "bytes", "Acknowledge what a client sent this often; 0: as the client asks.")
        .within(0, kMaxInt32)
        .in([](Scope s) -> Uint32& { return s.vhost.inAckSizeBytes; }),
    integer("out_ack_size", "2500000", "bytes", "Ask clients to acknowledge this often; 0: not at all.")
        .within(0, kMaxInt32)
        .in([](Scope s) -> Uint32& { return s.vhost.outAckSizeBytes; }),
    block("play", "What players get.").works(),
    block("publish", "What is expected of publishers.").works(),
    block("http_hooks", "The backend that is asked about every client, by JSON over HTTP.").works(),
    blockList<[](Scope s) -> std::vector<NotifyConfig>& { return s.vhost.notifies; }, isNotifyUsable>(
        "http_notify", "A backend that is asked by HTTP forms, after http_hooks; may stand here several times."),

    onSwitch("gop_cache", "Old place of play.gop_cache.").nowAt("vhost.play.gop_cache"),
    integer("gop_cache_max_frames", "2500", "frames", "Old place of play.gop_cache_max_frames.")
        .nowAt("vhost.play.gop_cache_max_frames"),
    integer("queue_length", "30", "s", "Old place of play.queue_length.").nowAt("vhost.play.queue_length"),
    integer("mw_latency", "350", "ms", "Old place of play.mw_latency.").nowAt("vhost.play.mw_latency"),
    integer("publish_1stpkt_timeout", "20000", "ms", "Old name of publish.firstpkt_timeout.")
        .nowAt("vhost.publish.firstpkt_timeout"),
    integer("publish_normal_timeout", "5000", "ms", "Old name of publish.normal_timeout.")
        .nowAt("vhost.publish.normal_timeout"),

    choice("time_jitter", "full", "Old place of play.time_jitter.").nowAt("vhost.play.time_jitter"),
    offSwitch("mix_correct", "Old place of play.mix_correct.").nowAt("vhost.play.mix_correct"),
    offSwitch("atc", "Old place of play.atc.").nowAt("vhost.play.atc"),
    offSwitch("atc_auto", "Old place of play.atc_auto.").nowAt("vhost.play.atc_auto"),
    decimal("send_min_interval", "0", "ms", "Old place of play.send_min_interval.")
        .nowAt("vhost.play.send_min_interval"),
    offSwitch("reduce_sequence_header", "Old place of play.reduce_sequence_header.")
        .nowAt("vhost.play.reduce_sequence_header"),
    block("mr", "Old spelling of publish.mr and publish.mr_latency.").works(),
    text("mode", "local", "Old place of cluster.mode.").noVariable(),
    words("origin", "", "Old place of cluster.origin.").noVariable(),
    offSwitch("token_traverse", "Old place of cluster.token_traverse.").noVariable(),
    text("vhost", "[vhost]", "Old place of cluster.vhost.").noVariable(),
    onSwitch("debug_srs_upnode", "Old place of cluster.debug_srs_upnode.").noVariable(),
    words("refer_play", "", "Old place of refer.play; turns refer on.").nowAt("vhost.refer.play"),
    words("refer_publish", "", "Old place of refer.publish; turns refer on.").nowAt("vhost.refer.publish"),
    block("nack", "Old spelling of rtc.nack and rtc.nack_no_copy."),
    block("twcc", "Old spelling of rtc.twcc."),
    block("http", "Old name of http_static.").holds("vhost.http_static").nowAt("vhost.http_static"),
    block("http_flv", "Old name of http_remux; SRS 2 development only.").holds("vhost.http_remux"),
    block("cluster", "Edge and origin servers."),
    block("refer", "Sites whose pages may publish or play; of RTMP and HTTP clients, as others name no page.")
        .works()
        .args(0, DirectiveRow::kAnyNumber),
    block("security", "Addresses that may publish or play; checked before a backend is asked.").works(),
    block("forward", "Other servers that streams are pushed to.").args(0, DirectiveRow::kAnyNumber),
    block("http_static", "Files over HTTP, beside those of http_server. Needs http_server.").works(),
    block("http_remux", "Streams over HTTP and WebSocket: FLV, TS, AAC, MP3. Needs http_server.").works(),
    block("hls", "Streams as HLS."),
    block("hds", "Streams as HDS."),
    block("dash", "Streams as DASH."),
    block("dvr", "Recordings.").works(),
    blockList<[](Scope s) -> std::vector<CaptureConfig>& { return s.vhost.captures; }, isCaptureUsable>(
        "capture", "A stream that is fetched from elsewhere: capture NAME; may stand here several times.")
        .args(1, 1)
        .shown("camera-1"),
    blockList<[](Scope s) -> std::vector<IngestConfig>& { return s.vhost.ingests; }, isIngestUsable>(
        "ingest", "The same as SRS has it, by ffmpeg where it is transcoded; may stand here several times."),
    block("transcode", "Streams transcoded by ffmpeg.").args(0, 1),
    block("exec", "Programs that run while a stream is published, without a shell.").works(),
    block("rtc", "WebRTC."),
    block("rtsp", "RTSP publishers and players.").works(),
    block("srt", "SRT.").works(),
    block("bandcheck", "Bandwidth test of SRS 1 to 4."),
};

constexpr ChoiceField kTimeJitter = {
    [](Scope s) { return static_cast<int>(s.vhost.play.timeJitter); },
    [](Scope s, int value) { s.vhost.play.timeJitter = static_cast<TimeJitter>(value); }};

constexpr std::array kPlay = {
    onSwitch("gop_cache", "Give a new player everything since the last keyframe, so that it begins at once.")
        .in([](Scope s) -> bool& { return s.vhost.play.gopCache; }),
    integer("gop_cache_max_frames", "2500", "frames", "A group of pictures that grows past this is not kept.")
        .within(1, kMaxInt32)
        .in([](Scope s) -> Uint32& { return s.vhost.play.gopCacheMaxFrames; }),
    integer("queue_length", "30", "s", "How far a slow player may fall behind before it skips to a keyframe.")
        .within(1, kDayS)
        .in([](Scope s) -> Int64& { return s.vhost.play.queueLengthMs; }),
    decimal("wait_stream", "10", "s",
            "How long a player over HTTP that was let in waits for a stream that nobody publishes; 0: 404 at once.")
        .within(0, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.play.waitStreamMs; }),
    integer("mw_latency", "350", "ms", "How often what has come in is sent to players.")
        .within(0, 60000)
        .in([](Scope s) -> Int64& { return s.vhost.play.mwLatencyMs; }),
    integer("send_timeout", "30000", "ms", "A player whose connection takes nothing for so long is closed.")
        .within(1, kDayMs)
        .in([](Scope s) -> Int64& { return s.vhost.play.sendTimeoutMs; }),
    choice("time_jitter", "full",
           "The stream's time begins near 0 and has no jumps (full), begins near 0 (zero), is the publisher's (off).")
        .oneOf(kTimeJitters, static_cast<int>(TimeJitter::Off))
        .in(kTimeJitter),
    offSwitch("atc", "Keep the publisher's time, whatever time_jitter says.").in([](Scope s) -> bool& {
        return s.vhost.play.atc;
    }),
    offSwitch("atc_auto", "Do so where the metadata asks for it (bravo_atc).").in([](Scope s) -> bool& {
        return s.vhost.play.atcAuto;
    }),
    offSwitch("mix_correct", "Put sound and picture in the order of time; a frame waits for ten others at most.")
        .in([](Scope s) -> bool& { return s.vhost.play.mixCorrect; }),
    offSwitch("reduce_sequence_header", "Do not send a codec header again that has not changed.")
        .in([](Scope s) -> bool& { return s.vhost.play.reduceSequenceHeader; }),
    integer("mw_msgs", "8", "messages",
            "Fewer wait for more when mw_latency has passed, for a second at most; not with min_latency.")
        .within(0, 128)
        .in([](Scope s) -> Uint32& { return s.vhost.play.mwMessages; }),
    decimal("send_min_interval", "0", "ms", "Least time between two writes, with min_latency too.")
        .within(0, 10000)
        .in([](Scope s) -> Int64& { return s.vhost.play.sendMinIntervalMs; }),

};

using Takeover = TakeoverConfig::Policy;

constexpr std::array kTakeovers = {Choice{"off", static_cast<int>(Takeover::Off)},
                                   Choice{"stale", static_cast<int>(Takeover::Stale)},
                                   Choice{"on", static_cast<int>(Takeover::On)}};

constexpr ChoiceField kTakeover = {
    [](Scope s) { return static_cast<int>(s.vhost.publish.takeover.policy); },
    [](Scope s, int value) { s.vhost.publish.takeover.policy = static_cast<Takeover>(value); }};

constexpr std::array kPublish = {
    integer("firstpkt_timeout", "20000", "ms", "A publisher that sends nothing for so long at first is closed.")
        .within(1, kDayMs)
        .in([](Scope s) -> Int64& { return s.vhost.publish.firstPacketTimeoutMs; }),
    integer("normal_timeout", "5000", "ms", "A publisher that sends nothing for so long later is closed.")
        .within(1, kDayMs)
        .in([](Scope s) -> Int64& { return s.vhost.publish.normalTimeoutMs; }),
    onSwitch("mr", "Merged read: take in what a publisher sent every mr_latency; not with min_latency.")
        .in([](Scope s) -> bool& { return s.vhost.publish.mergedRead; }),
    integer("mr_latency", "40", "ms", "The period of merged reads; 64 KiB that wait are read sooner.")
        .within(1, 60000)
        .in([](Scope s) -> Int64& { return s.vhost.publish.mergedReadLatencyMs; }),
    choice("takeover", "off", "Whether a new publisher replaces who has the name: off, on, or stale: if it is silent.")
        .onlyOneOf(kTakeovers)
        .in(kTakeover),
    integer("takeover_after", "2000", "ms", "A publisher that has sent nothing for so long is stale.")
        .within(1, kDayMs)
        .in([](Scope s) -> Int64& { return s.vhost.publish.takeover.afterMs; }),
    integer("claim_queue", "64", "publishers", "May wait while another publisher is asked about their name.")
        .within(0, 100000)
        .in([](Scope s) -> Uint32& { return s.vhost.publish.claimQueue; }),
    integer("claim_timeout", "10000", "ms", "For so long; then they are refused.")
        .within(1, kDayMs)
        .in([](Scope s) -> Int64& { return s.vhost.publish.claimTimeoutMs; }),
    decimal("kickoff_for_idle", "0", "s",
            "A publisher that nobody plays for so long is closed, unless it is recorded; 0: never.")
        .within(0, kDayS)
        .in([](Scope s) -> Int64& { return s.vhost.publish.kickoffForIdleMs; }),

    onSwitch("parse_sps", "Read the picture's size from the codec header."),
    onSwitch("try_annexb_first", "Look for Annex B before AVCC in H.264."),
};

constexpr auto kDialectNames = [] {
    std::array<Choice, kHookDialects.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kHookDialects[i].name, static_cast<int>(i)};
    return names;
}();

constexpr ChoiceField kDialect = {
    [](Scope s) { return static_cast<int>(s.vhost.hooks.dialect); },
    [](Scope s, int value) { s.vhost.hooks.dialect = static_cast<HookDialectName>(value); }};

constexpr std::array kClientIds = {Choice{"auto", static_cast<int>(ClientIdForm::Auto)},
                                   Choice{"integer", static_cast<int>(ClientIdForm::Integer)},
                                   Choice{"string", static_cast<int>(ClientIdForm::String)}};

constexpr ChoiceField kClientId = {
    [](Scope s) { return static_cast<int>(s.vhost.hooks.clientIdForm); },
    [](Scope s, int value) { s.vhost.hooks.clientIdForm = static_cast<ClientIdForm>(value); }};

constexpr std::array kHttpHooks = {
    offSwitch("enabled", "Ask the backend. Off: every client is let in.").in([](Scope s) -> bool& {
        return s.vhost.hooks.enabled;
    }),
    urls("on_connect", "Asked when a client connects to an app.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onConnect; })
        .shown("http://127.0.0.1:8085/api/v1/clients"),
    urls("on_close", "Told when that client is gone.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onClose; })
        .shown("http://127.0.0.1:8085/api/v1/clients"),
    urls("on_publish", "Asked when a client wants to publish a stream.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onPublish; })
        .shown("http://127.0.0.1:8085/api/v1/streams"),
    urls("on_unpublish", "Told when it has stopped.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onUnpublish; })
        .shown("http://127.0.0.1:8085/api/v1/streams"),
    urls("on_play", "Asked when a client wants to play a stream.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onPlay; })
        .shown("http://127.0.0.1:8085/api/v1/sessions"),
    urls("on_stop", "Told when it has stopped.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onStop; })
        .shown("http://127.0.0.1:8085/api/v1/sessions"),
    urls("on_dvr", "Told when a recording is complete.")
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.hooks.onDvr; })
        .shown("http://127.0.0.1:8085/api/v1/dvrs"),
    decimal("timeout", "30", "s", "A call that takes longer has failed; fractions are allowed.")
        .within(0.001, 3600)
        .in([](Scope s) -> Int64& { return s.vhost.hooks.calls.timeoutMs; }),
    choice("dialect", "srs", "How the backend is spoken to: srs, as by SRS 1 to 3, or srs4, as by SRS 4 to 8.")
        .onlyOneOf(kDialectNames)
        .in(kDialect),
    choice("client_id", "auto", "integer, string, or auto: as the dialect has it, integer for srs, string for srs4.")
        .onlyOneOf(kClientIds)
        .in(kClientId),
    offSwitch("show_message", "Tell a refused client the answer's msg, as text of at most 200 characters.")
        .in([](Scope s) -> bool& { return s.vhost.hooks.showsMessage; }),
    text("ca_file", "", "PEM certificates that https URLs are checked against, instead of the system's.")
        .in([](Scope s) -> std::string& { return s.vhost.hooks.calls.caFile; })
        .shown("/etc/ssl/certs/backend-ca.pem"),

    urls("on_hls", "Told when an HLS segment is complete."),
    urls("on_hls_notify", "Fetched when an HLS segment is complete."),
};

constexpr std::array kMethods = {Choice{"POST", static_cast<int>(HttpMethod::Post)},
                                 Choice{"GET", static_cast<int>(HttpMethod::Get)}};

constexpr ChoiceField kMethod = {
    [](Scope s) { return static_cast<int>(s.its<NotifyConfig>().method); },
    [](Scope s, int value) { s.its<NotifyConfig>().method = static_cast<HttpMethod>(value); }};

constexpr auto kProtocolNames = [] {
    std::array<Choice, kProtocols.size()> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kProtocols[i].name, static_cast<int>(i)};
    return names;
}();

constexpr std::array kHttpNotify = {
    offSwitch("enabled", "Ask this backend. Off: the block is as good as not there.").in([](Scope s) -> bool& {
        return s.its<NotifyConfig>().enabled;
    }),
    urls("on_connect", "Asked when a client connects.")
        .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onConnect; })
        .shown("http://127.0.0.1:8085/notify/connect"),
    urls("on_publish", "Asked when a client wants to publish a stream.")
        .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onPublish; })
        .shown("http://127.0.0.1:8085/notify/publish"),
    urls("on_play", "Asked when a client wants to play a stream.")
        .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onPlay; })
        .shown("http://127.0.0.1:8085/notify/play"),
    urls("on_done", "Told when publishing or playing has ended.")
        .in([](Scope s) -> std::vector<std::string>& { return s.its<NotifyConfig>().onDone; })
        .shown("http://127.0.0.1:8085/notify/done"),
    choice("notify_method", "POST", "POST sends the fields as the body, GET as the URL's query.")
        .onlyOneOf(kMethods)
        .in(kMethod),
    words("protocols", "", "Whose clients it asks about: rtmp, rtsp, srt, httpflv; without it those of all.")
        .onlyOneOf(kProtocolNames)
        .in([](Scope s) -> std::vector<Protocol>& { return s.its<NotifyConfig>().protocols; })
        .shown("rtsp"),
    decimal("timeout", "30", "s", "A call that takes longer has failed; fractions are allowed.")
        .within(0.001, 3600)
        .in([](Scope s) -> Int64& { return s.its<NotifyConfig>().calls.timeoutMs; }),
    text("ca_file", "", "PEM certificates that https URLs are checked against, instead of the system's.")
        .in([](Scope s) -> std::string& { return s.its<NotifyConfig>().calls.caFile; })
        .shown("/etc/ssl/certs/backend-ca.pem"),
};

constexpr std::array kSections = {
    Section{.context = "vhost", .rows = kVhost},
    Section{.context = "vhost.play", .rows = kPlay},
    Section{.context = "vhost.publish", .rows = kPublish},
    Section{.context = "vhost.http_hooks", .rows = kHttpHooks, .guards = true},
    Section{.context = "vhost.http_notify", .rows = kHttpNotify, .environment = false, .guards = true},
};

} // namespace

std::span<const Section> vhostSections() {
    return kSections;
}

} // namespace hookcast::config
