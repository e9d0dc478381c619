#include "config/CallRows.h"
#include "config/DirectiveTable.h"
#include "config/RowMakers.h"
#include "config/TlsRows.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;

/// `server` is a function from a row's scope to the block's HttpServerConfig.
template <auto server>
constexpr std::array<DirectiveRow, 2> http2Rows() {
    return {
        onSwitch("http2", "Speak HTTP/2 too: with clients of TLS that want it, and with who begins so. Who speaks it "
                          "already goes on.")
            .in([](Scope s) -> bool& { return server(s).http2; }),
        integer("http2_max_concurrent_streams", "128", "requests",
                "Requests that one HTTP/2 connection has at one time; the client waits with more.")
            .within(1, 10000)
            .in([](Scope s) -> std::uint32_t& { return server(s).http2Streams; }),
    };
}

constexpr auto kHttpApi = joined(
    std::array{
        offSwitch("enabled", "Serve the control interface: what runs, who is there, kicking, figures for Prometheus.")
            .in([](Scope s) -> bool& { return s.config.apiServer.enabled; }),
        listen("1985", "Where it is served; at the address of http_server, that server answers for both.")
            .in([](Scope s) -> std::vector<ListenAddress>& { return s.config.apiServer.listen; }),
        onSwitch("crossdomain", "Let pages of other origins read the answers (CORS).")
            .guarding()
            .in([](Scope s) -> bool& { return s.config.apiServer.crossdomain; }),
        words("allowed_hosts", "", "Names at which it answers without auth, beside IP addresses and localhost.")
            .guarding()
            .in([](Scope s) -> std::vector<std::string>& { return s.config.api.allowedHosts; })
            .shown("stats.example.com"),
        integer(
            "metrics_streams", "0", "streams",
            "So many streams have series of their own in /metrics; the rest are summed up in one. 0: no stream has.")
            .within(0, 100000)
            .in([](Scope s) -> std::uint32_t& { return s.config.api.metricsStreams; })
            .shown("100"),
        block("raw_api", "Commands over HTTP.").works(),
        block("auth", "Who may ask.").works(),
        block("https", "The same over TLS.").works(),
    },
    http2Rows<[](Scope s) -> HttpServerConfig& { return s.config.apiServer; }>());

constexpr std::array kHttpApiRaw = {
    offSwitch("enabled", "Take commands.").in([](Scope s) -> bool& { return s.config.api.takesCommands; }),
    offSwitch("allow_reload", "Take the command to reload.").in([](Scope s) -> bool& {
        return s.config.api.mayReload;
    }),
    offSwitch("allow_query", "Read the configuration; without a function since SRS 4.").noVariable(),
    offSwitch("allow_update", "Change the configuration; without a function since SRS 4.").noVariable(),
};

using Scheme = HttpApiConfig::Scheme;
constexpr std::array kSchemes = {Choice{"basic", static_cast<int>(Scheme::Basic)},
                                 Choice{"bearer", static_cast<int>(Scheme::Bearer)}};

constexpr ChoiceField kScheme = {[](Scope s) { return static_cast<int>(s.config.api.scheme); },
                                 [](Scope s, int value) { s.config.api.scheme = static_cast<Scheme>(value); }};

constexpr std::array kHttpApiAuth = {
    offSwitch("enabled", "Ask for a name and a password, or for a token.").in([](Scope s) -> bool& {
        return s.config.api.asksForSecret;
    }),
    text("username", "", "The name.").in([](Scope s) -> std::string& { return s.config.api.username; }).shown("admin"),
    text("password", "", "The password.")
        .in([](Scope s) -> std::string& { return s.config.api.password; })
        .shown("secret")
        .secret(),
    choice("type", "basic", "What is asked for: basic, name and password, or bearer, the token.")
        .onlyOneOf(kSchemes)
        .in(kScheme),
    text("token", "", "The bearer token.")
        .in([](Scope s) -> std::string& { return s.config.api.token; })
        .shown("a-secret-token")
        .secret(),
    offSwitch("rtc_bearer_enabled", "Ask for the token on WebRTC's paths too."),
};

constexpr std::array kHttpsOfApi =
    tlsRows<[](Scope s) -> TlsServerConfig& { return s.config.apiServer.https; }>("1990");

constexpr auto kHttpServer = joined(
    std::array{
        offSwitch("enabled", "Serve streams and files over HTTP.").in([](Scope s) -> bool& {
            return s.config.http.enabled;
        }),
        listen("8080", "Where they are served.").in([](Scope s) -> std::vector<ListenAddress>& {
            return s.config.http.listen;
        }),
        text("dir", "./objs/nginx/html", "Folder of the files that are served where no stream has the path.")
            .in([](Scope s) -> std::string& { return s.config.http.dir; }),
        onSwitch("crossdomain", "Let pages of other origins read the answers (CORS).").in([](Scope s) -> bool& {
            return s.config.http.crossdomain;
        }),
        block("https", "The same over TLS.").works(),
    },
    http2Rows<[](Scope s) -> HttpServerConfig& { return s.config.http; }>());

constexpr std::array kHttpsOfServer = tlsRows<[](Scope s) -> TlsServerConfig& { return s.config.http.https; }>("8088");

constexpr double kDayMs = 24.0 * 3600 * 1000;

constexpr auto kHeartbeat = joined(
    std::array{
        offSwitch("enabled", "Send it.").in([](Scope s) -> bool& { return s.config.heartbeat.enabled; }),
        decimal("interval", "10", "s", "How often.").within(0.1, kDayMs / 1000).in([](Scope s) -> std::int64_t& {
            return s.config.heartbeat.intervalMs;
        }),
        text("url", "http://127.0.0.1:8085/api/v1/servers", "Where it is posted, as JSON.")
            .in([](Scope s) -> std::string& { return s.config.heartbeat.url; }),
        text("device_id", "", "Who sends it.")
            .in([](Scope s) -> std::string& { return s.config.heartbeat.deviceId; })
            .shown("my-srs-device"),
        offSwitch("summaries", "With the figures of /api/v1/summaries.").in([](Scope s) -> bool& {
            return s.config.heartbeat.summaries;
        }),
        offSwitch("ports", "With the addresses listened on.").in([](Scope s) -> bool& {
            return s.config.heartbeat.ports;
        }),
        block("auth", "How it authenticates.").works(),
    },
    kCallRows<[](Scope s) -> CallTerms& { return s.config.heartbeat.calls; }>);

constexpr std::array kHeartbeatSchemes = {Choice{"none", 0}, Choice{"bearer", 1}};

constexpr ChoiceField kHeartbeatScheme = {[](Scope s) { return s.config.heartbeat.bearsToken ? 1 : 0; },
                                          [](Scope s, int value) { s.config.heartbeat.bearsToken = value != 0; }};

constexpr std::array kHeartbeatAuth = {
    offSwitch("enabled", "Authenticate.").in([](Scope s) -> bool& { return s.config.heartbeat.authenticates; }),
    choice("type", "none", "How: bearer, with the token.").onlyOneOf(kHeartbeatSchemes).in(kHeartbeatScheme),
    text("token", "", "The bearer token.")
        .in([](Scope s) -> std::string& { return s.config.heartbeat.token; })
        .shown("a-secret-token")
        .secret(),
};

constexpr std::array kStats = {
    onSwitch("enabled", "Look every few seconds how busy processor and disks are.").in([](Scope s) -> bool& {
        return s.config.stats.enabled;
    }),
    integer("network", "0", "index", "Which of the machine's addresses the heartbeat reports.")
        .within(0, 1000)
        .in([](Scope s) -> std::uint32_t& { return s.config.stats.network; }),
    words("disk", "", "Disks (as in /proc/diskstats) whose load /api/v1/summaries tells.")
        .in([](Scope s) -> std::vector<std::string>& { return s.config.stats.disks; })
        .shown("sda sdb"),
};

constexpr std::array kRtmps = tlsRows<[](Scope s) -> TlsServerConfig& { return s.config.rtmps; }>("443");

constexpr std::array kRtsps = tlsRows<[](Scope s) -> TlsServerConfig& { return s.config.rtsp.rtsps; }>("322");

constexpr std::array kRtspServer = {
    offSwitch("enabled", "Serve RTSP publishers and players.").in([](Scope s) -> bool& {
        return s.config.rtsp.enabled;
    }),
    listen("554", "Where RTSP clients connect.").in([](Scope s) -> std::vector<ListenAddress>& {
        return s.config.rtsp.listen;
    }),
    integer("rtp_port_min", "20000", "port", "RTP over UDP takes pairs of ports from here on.")
        .within(1024, 65534)
        .in([](Scope s) -> std::uint32_t& { return s.config.rtsp.rtpPortMin; })
        .onlyAtStart(),
    integer("rtp_port_max", "29999", "port", "The last of these ports.")
        .within(1025, 65535)
        .in([](Scope s) -> std::uint32_t& { return s.config.rtsp.rtpPortMax; })
        .onlyAtStart(),
    integer("session_timeout", "60000", "ms", "A session over UDP that shows no sign of life for so long is closed.")
        .within(1000, 3600000)
        .in([](Scope s) -> std::int64_t& { return s.config.rtsp.sessionTimeoutMs; }),
    integer("reorder_wait", "200", "ms", "How long RTP over UDP waits for a packet that is missing.")
        .within(0, 10000)
        .in([](Scope s) -> std::int64_t& { return s.config.rtsp.reorderWaitMs; }),
    integer("reorder_packets", "512", "packets", "How many packets of a track wait behind a missing one.")
        .within(1, 16384)
        .in([](Scope s) -> std::uint32_t& { return s.config.rtsp.reorderPackets; }),
    text("default_app", kAppOfBareNames, "The app of a URL that names a stream and nothing else, as rtsp://host/cam1.")
        .in([](Scope s) -> std::string& { return s.config.rtsp.defaultApp; }),
    block("rtsps", "The same over TLS; media over that connection, too, or by SRTP (rtsp_srtp).").works(),
};

constexpr std::array kVias = {Choice{"direct", static_cast<int>(WebhookConfig::Via::Direct)},
                              Choice{"redis", static_cast<int>(WebhookConfig::Via::Redis)}};
constexpr ChoiceField kVia = {
    [](Scope s) { return static_cast<int>(s.its<WebhookConfig>().via); },
    [](Scope s, int value) { s.its<WebhookConfig>().via = static_cast<WebhookConfig::Via>(value); }};

constexpr std::array kWebhook = joined(
    std::array{
        text("url", "", "The backend, http or https; without it, or when it is none, the block is off.")
            .in([](Scope s) -> std::string& { return s.its<WebhookConfig>().url; })
            .shown("http://localhost:8080/event/"),
        words("events", "", "The events that are wanted; without this line, all.")
            .in([](Scope s) -> std::vector<std::string>& { return s.its<WebhookConfig>().events; })
            .shown("service:up"),
        integer("batch", "50", "events", "Events in one call, at most.")
            .within(1, 1000)
            .in([](Scope s) -> std::uint32_t& { return s.its<WebhookConfig>().batch; }),
        integer("queue", "5000", "events", "Events that wait to be told; a further one pushes the oldest out.")
            .within(1, 1000000)
            .in([](Scope s) -> std::uint32_t& { return s.its<WebhookConfig>().queue; }),
        decimal("pulse", "60", "s", "The period of service:pulse and stream:pulse.")
            .within(0.1, 86400)
            .in([](Scope s) -> std::int64_t& { return s.its<WebhookConfig>().pulseMs; }),
        decimal("timeout", "10", "s", "A call that takes longer has failed; fractions are allowed.")
            .within(0.001, 3600)
            .in([](Scope s) -> std::int64_t& { return s.its<WebhookConfig>().calls.timeoutMs; }),
        decimal("retry", "30", "s",
                "The longest wait before a call that failed is made again; it begins with a second.")
            .within(0.1, 3600)
            .in([](Scope s) -> std::int64_t& { return s.its<WebhookConfig>().retryMs; }),
        decimal("flush", "2", "s", "How long the server's end waits for the last events to leave.")
            .within(0, 60)
            .in([](Scope s) -> std::int64_t& { return s.its<WebhookConfig>().flushMs; }),
        choice("via", "direct", "direct, or redis: events wait in that of cluster_redis, and any node posts them.")
            .onlyOneOf(kVias)
            .in(kVia),
        onSwitch("consumer", "With via redis: this node posts events of all nodes, when no other one does.")
            .in([](Scope s) -> bool& { return s.its<WebhookConfig>().consumer; }),
        onSwitch("event_id", "Events have an event_id of their own, by which one told again is known.")
            .in([](Scope s) -> bool& { return s.its<WebhookConfig>().calls.tellsEventId; }),
    },
    kCallRows<[](Scope s) -> CallTerms& { return s.its<WebhookConfig>().calls; }>);

constexpr std::array kExporter = {
    offSwitch("enabled", "Serve the figures."),
    listen("9972", "Where."),
    text("label", "", "The label on each."),
    text("tag", "", "The tag on each."),
};

constexpr std::array kCircuitBreaker = {
    onSwitch("enabled", "Watch the processor."),
    integer("high_threshold", "90", "%", "Load that counts as high."),
    integer("high_pulse", "2", "s", "How long until it does."),
    integer("critical_threshold", "95", "%", "Load that counts as critical."),
    integer("critical_pulse", "1", "s", "How long until it does."),
    integer("dying_threshold", "99", "%", "Load that counts as dying."),
    integer("dying_pulse", "5", "s", "How long until it does."),
};

constexpr std::array kThreads = {
    integer("interval", "5", "s", "How often the figures are taken."),
};

constexpr std::array kTencentCls = {
    offSwitch("enabled", "Send logs."),
    text("label", "", "The label on each."),
    text("tag", "", "The tag on each."),
    text("secret_id", "", "The account."),
    text("secret_key", "", "Its key."),
    text("endpoint", "", "The service's host."),
    text("topic_id", "", "The topic."),
    offSwitch("debug_logging", "Log what is sent."),
    onSwitch("stat_heartbeat", "Send the server's figures."),
    integer("heartbeat_ratio", "1", "rounds", "Every how many."),
    onSwitch("stat_streams", "Send the streams' figures."),
    integer("streams_ratio", "1", "rounds", "Every how many."),
};

constexpr std::array kTencentApm = {
    offSwitch("enabled", "Send traces."),
    text("team", "", "The account."),
    text("token", "", "Its token."),
    text("endpoint", "", "The service's host and port."),
    text("service_name", "srs-server", "The name to appear under."),
    offSwitch("debug_logging", "Log what is sent."),
};

constexpr std::array kPithyPrint = {
    integer("publish", "10000", "ms", "Of publishers."),   integer("play", "10000", "ms", "Of players."),
    integer("forwarder", "10000", "ms", "Of forwarders."), integer("encoder", "10000", "ms", "Of transcoders."),
    integer("ingester", "10000", "ms", "Of ingesters."),   integer("hls", "10000", "ms", "Of HLS."),
    integer("edge", "10000", "ms", "Of edges."),
};

constexpr std::array kKafka = {
    offSwitch("enabled", "Send events."),
    words("brokers", "", "Where."),
    text("topic", "", "The topic."),
};

constexpr std::array kStreamCaster = {
    offSwitch("enabled", "Take streams in."),
    text("caster", "", "The protocol: mpegts_over_udp, rtsp, flv or gb28181."),
    text("output", "", "The RTMP URL that they appear under."),
    listen("", "Where."),
    block("sip", "Signalling of gb28181."),
    integer("media_connect_timeout", "10", "s", "How long gb28181 waits for the media."),
    integer("rtp_port_min", "0", "port", "First RTP port; dropped by SRS 5."),
    integer("rtp_port_max", "0", "port", "Last RTP port; dropped by SRS 5."),
    offSwitch("tcp_enable", "RTP over TCP; dropped by SRS 5."),
    integer("rtp_idle_timeout", "30", "s", "Silence until a source is dropped; dropped by SRS 5."),
    onSwitch("wait_keyframe", "Begin at a keyframe; dropped by SRS 5."),
    offSwitch("audio_enable", "Take the sound too; dropped by SRS 5."),
    offSwitch("auto_create_channel", "Create channels as they come; dropped by SRS 5."),
    offSwitch("jitterbuffer_enable", "Reorder packets; SRS 4 only."),
    text("host", "*", "SRS 4's name of sip.candidate."),
    integer("ack_timeout", "", "s", "SRS 4's flat spelling of a sip setting."),
    integer("keepalive_timeout", "", "s", "SRS 4's flat spelling of a sip setting."),
    text("serial", "", "SRS 4's flat spelling of a sip setting."),
    text("realm", "", "SRS 4's flat spelling of a sip setting."),
    offSwitch("auto_play", "SRS 4's flat spelling of a sip setting."),
    offSwitch("invite_port_fixed", "SRS 4's flat spelling of a sip setting."),
    integer("query_catalog_interval", "", "s", "SRS 4's flat spelling of a sip setting."),
};

constexpr std::array kSip = {
    onSwitch("enabled", "Serve SIP."),
    listen("5060", "Where."),
    decimal("timeout", "60", "s", "Silence until a device counts as gone."),
    decimal("reinvite", "5", "s", "Wait before a device is asked again."),
    text("candidate", "*", "The address that devices are told."),
    text("serial", "", "The server's number; dropped by SRS 5."),
    text("realm", "", "The server's realm; dropped by SRS 5."),
    integer("ack_timeout", "", "s", "Wait for an answer; dropped by SRS 5."),
    integer("keepalive_timeout", "", "s", "Silence until a device is gone; dropped by SRS 5."),
    offSwitch("invite_port_fixed", "One port for all; dropped by SRS 5."),
    integer("query_catalog_interval", "", "s", "How often devices are listed; dropped by SRS 5."),
    offSwitch("auto_play", "Ask every device for its stream; dropped by SRS 5."),
};

constexpr Section::Names kFree = Section::Names::Free;

constexpr std::array kSections = {
    Section{.context = "http_api", .rows = kHttpApi},
    Section{.context = "http_api.raw_api", .rows = kHttpApiRaw},
    Section{.context = "http_api.auth", .rows = kHttpApiAuth, .guards = true},
    Section{.context = "http_api.https", .rows = kHttpsOfApi, .names = kFree},
    Section{.context = "http_server", .rows = kHttpServer},
    Section{.context = "http_server.https", .rows = kHttpsOfServer, .names = kFree},
    Section{.context = "heartbeat", .rows = kHeartbeat},
    Section{.context = "heartbeat.auth", .rows = kHeartbeatAuth},
    Section{.context = "stats", .rows = kStats, .environment = false},
    Section{.context = "rtmps", .rows = kRtmps},
    Section{.context = "rtsp_server", .rows = kRtspServer},
    Section{.context = "rtsp_server.rtsps", .rows = kRtsps},
    Section{.context = "webhook", .rows = kWebhook, .environment = false},
    Section{.context = "exporter", .rows = kExporter},
    Section{.context = "circuit_breaker", .rows = kCircuitBreaker, .names = kFree},
    Section{.context = "threads", .rows = kThreads, .names = kFree},
    Section{.context = "tencentcloud_cls", .rows = kTencentCls, .names = kFree},
    Section{.context = "tencentcloud_apm", .rows = kTencentApm, .names = kFree},
    Section{.context = "pithy_print", .rows = kPithyPrint, .names = kFree, .environment = false},
    Section{.context = "kafka", .rows = kKafka, .names = kFree, .environment = false},
    Section{.context = "stream_caster", .rows = kStreamCaster, .environment = false},
    Section{.context = "stream_caster.sip", .rows = kSip, .environment = false},
};

} // namespace

std::span<const Section> serverSections() {
    return kSections;
}

} // namespace hookcast::config
