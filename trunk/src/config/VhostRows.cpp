#include "config/DirectiveTable.h"
#include "config/HookChecks.h"
#include "config/InputChecks.h"
#include "config/RowMakers.h"
#include "config/RtspAuthWords.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using Uint32 = std::uint32_t;
using Int64 = std::int64_t;

constexpr double kMaxInt32 = std::numeric_limits<std::int32_t>::max();
constexpr double kDayS = 24 * 3600;
constexpr double kDayMs = kDayS * 1000;

constexpr std::array kRtspSrtp = {Choice{"off", static_cast<int>(RtspSrtp::Off)},
                                  Choice{"ask", static_cast<int>(RtspSrtp::Ask)},
                                  Choice{"on", static_cast<int>(RtspSrtp::On)}};

constexpr ChoiceField kRtspSrtpField = {[](Scope s) { return static_cast<int>(s.vhost.rtspSrtp); },
                                        [](Scope s, int value) { s.vhost.rtspSrtp = static_cast<RtspSrtp>(value); }};

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
    block("tls", "The certificate for clients that name this vhost in their TLS handshake (SNI).").works(),
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
    block("hls", "Streams as HLS.").works(),
    block("hds", "Streams as HDS."),
    block("dash", "Streams as DASH.").works(),
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
    words("rtsp_auth", "off",
          "How RTSP clients say who they are: basic, digest, digest-sha-256; on_connect gets it, and decides.")
        .onlyOneOf(kRtspAuthWords)
        .guarding()
        .in([](Scope s) -> std::vector<std::string>& { return s.vhost.rtspAuth.words; }),
    text("rtsp_realm", "hookcast", "What they are asked for the password of; a digest depends on it.")
        .guarding()
        .in([](Scope s) -> std::string& { return s.vhost.rtspAuth.realm; }),
    choice("rtsp_srtp", "ask",
           "SRTP over RTSPS: off; ask, for whom SETUP or URL ask for it; on, DESCRIBE offers it, too.")
        .onlyOneOf(kRtspSrtp)
        .in(kRtspSrtpField),
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

constexpr std::array kTls = {
    text("cert", "", "PEM certificate, with what it is signed by. Read again at each reload.")
        .in([](Scope s) -> std::string& { return s.vhost.certificate.certFile; })
        .shown("/etc/ssl/certs/live.example.com.pem"),
    text("key", "", "Its PEM key.")
        .in([](Scope s) -> std::string& { return s.vhost.certificate.keyFile; })
        .shown("/etc/ssl/private/live.example.com.key"),
};

constexpr std::array kSections = {
    Section{.context = "vhost", .rows = kVhost},
    Section{.context = "vhost.tls", .rows = kTls},
    Section{.context = "vhost.play", .rows = kPlay},
    Section{.context = "vhost.publish", .rows = kPublish},
};

} // namespace

std::span<const Section> vhostSections() {
    return kSections;
}

} // namespace hookcast::config
