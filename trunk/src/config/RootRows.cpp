#include "config/DirectiveTable.h"
#include "config/HookChecks.h"
#include "config/RowMakers.h"

#include "base/Log.h"

#include <array>

namespace hookcast::config {

namespace {

using namespace rows;
using base::LogLevel;

constexpr double kMaxUint32 = std::numeric_limits<std::uint32_t>::max();
constexpr double kHourMs = 3600 * 1000;

constexpr int code(LogLevel level) {
    return static_cast<int>(level);
}

constexpr std::array<Choice, 2> kLogTanks = {{{"file", 0}, {"console", 1}}};

constexpr std::array<Choice, 6> kLogLevels = {{{"verbose", code(LogLevel::Verbose)},
                                               {"info", code(LogLevel::Info)},
                                               {"trace", code(LogLevel::Trace)},
                                               {"warn", code(LogLevel::Warn)},
                                               {"error", code(LogLevel::Error)},
                                               {"none", code(LogLevel::None)}}};

// The names that the rest of the world uses: here trace says the most, and info is the everyday level.
constexpr std::array<Choice, 6> kLogLevelsV2 = {{{"trace", code(LogLevel::Verbose)},
                                                 {"debug", code(LogLevel::Info)},
                                                 {"info", code(LogLevel::Trace)},
                                                 {"warn", code(LogLevel::Warn)},
                                                 {"error", code(LogLevel::Error)},
                                                 {"none", code(LogLevel::None)}}};

constexpr ChoiceField kLogTank = {[](Scope s) { return s.config.log.toConsole ? 1 : 0; },
                                  [](Scope s, int value) { s.config.log.toConsole = value != 0; }};
constexpr ChoiceField kLogLevel = {[](Scope s) { return code(s.config.log.level); },
                                   [](Scope s, int value) { s.config.log.level = static_cast<LogLevel>(value); }};

constexpr std::array<Choice, 2> kLogFormats = {
    {{"text", static_cast<int>(base::LogFormat::Text)}, {"json", static_cast<int>(base::LogFormat::Json)}}};
constexpr ChoiceField kLogFormat = {
    [](Scope s) { return static_cast<int>(s.config.log.shape.format); },
    [](Scope s, int value) { s.config.log.shape.format = static_cast<base::LogFormat>(value); }};

constexpr std::array kRoot = {
    listen("1935", "Where RTMP clients connect; an IPv6 address stands in brackets, [::]:1935.")
        .in([](Scope s) -> std::vector<ListenAddress>& { return s.config.rtmpListen; }),
    integer("max_connections", "1000", "clients", "Clients at one time; further ones are turned away.")
        .within(1, 1000000, OutOfBounds::IsError)
        .in([](Scope s) -> std::uint32_t& { return s.config.maxConnections; }),
    integer("chunk_size", "60000", "bytes", "RTMP chunk size towards clients, for vhosts that set none.")
        .within(128, 65536)
        .in([](Scope s) -> std::uint32_t& { return s.config.chunkSizeBytes; }),
    onSwitch("daemon", "Leave the terminal and run in the background.")
        .in([](Scope s) -> bool& { return s.config.daemon; })
        .onlyAtStart(),
    text("pid", "./objs/srs.pid", "File with the process id; a second server with the same file does not start.")
        .in([](Scope s) -> std::string& { return s.config.pidFile; })
        .onlyAtStart(),
    text("work_dir", "./", "Folder that the server changes to at start; relative paths begin there.")
        .in([](Scope s) -> std::string& { return s.config.workDir; })
        .onlyAtStart(),
    text("user", "", "Whom the server becomes that root starts: its ports are bound, its folders are this user's.")
        .in([](Scope s) -> std::string& { return s.config.user; })
        .shown("hookcast")
        .onlyAtStart(),
    text("server_id", "",
         "Names this server in hooks; where it is not set, one is made up and kept beside the pid file.")
        .in([](Scope s) -> std::string& { return s.config.serverId; })
        .shown("vid-1")
        .onlyAtStart(),
    networks("trusted_proxies", "Proxies whose word about a client's address counts: PROXY v1 and v2, X-Forwarded-For.")
        .in([](Scope s) -> std::vector<base::IpNetwork>& { return s.config.trustedProxies; })
        .shown("10.0.0.0/8 ::1"),
    integer("loops", "0", "threads", "Event loops that serve the clients; 0: one per processor core.")
        .within(0, 1024)
        .in([](Scope s) -> std::uint32_t& { return s.config.loops; })
        .onlyAtStart(),
    integer("grace_start_wait", "2300", "ms", "A graceful end (SIGQUIT) begins with this wait; clients still come in.")
        .within(0, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.graceStartWaitMs; }),
    integer("grace_final_wait", "3200", "ms", "Then nobody comes in any more, and clients have so long to leave.")
        .within(0, 24 * kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.graceFinalWaitMs; }),
    offSwitch("force_grace_quit", "End gracefully on SIGTERM too.").in([](Scope s) -> bool& {
        return s.config.forceGraceQuit;
    }),
    choice("srs_log_tank", "file", "Where the log goes: file or console.")
        .oneOf(kLogTanks, 0)
        .in(kLogTank)
        .alsoVariable("SRS_LOG_TANK"),
    choice("srs_log_level", "trace", "What is logged: verbose, info, trace, warn, error (less and less) or none.")
        .oneOf(kLogLevels, code(LogLevel::None))
        .in(kLogLevel)
        .alsoVariable("SRS_LOG_LEVEL"),
    choice("srs_log_level_v2", "", "The same in common names: trace, debug, info, warn, error; beats srs_log_level.")
        .oneOf(kLogLevelsV2, code(LogLevel::None))
        .in(kLogLevel)
        .alsoVariable("SRS_LOG_LEVEL_V2")
        .shown("info"),
    text("srs_log_file", "./objs/srs.log", "The log file, where srs_log_tank is file.")
        .in([](Scope s) -> std::string& { return s.config.log.file; })
        .alsoVariable("SRS_LOG_FILE"),
    choice("log_format", "text", "text, or json: each line one object, for those who collect logs.")
        .onlyOneOf(kLogFormats)
        .in(kLogFormat),
    offSwitch("utc_time", "Log and name files in UTC instead of local time.").in([](Scope s) -> bool& {
        return s.config.log.shape.isUtc;
    }),
    words("log_client", "",
          "Clients whose lines are all logged, whatever the level: address, network, number, id, or name.")
        .in([](Scope s) -> std::vector<std::string>& { return s.config.log.clients; })
        .shown("192.0.2.7 rtmp-12"),
    make("include", ValueType::Include, "", "file ...", "Puts the contents of files here; allowed in any block.")
        .args(1, DirectiveRow::kAnyNumber)
        .works()
        .noVariable()
        .shown("./conf/more.conf"),
    block("spool", "Keeps what backends have still to be told, whatever happens to the server.").works(),
    block("limits", "Bounds of everything that a client or a backend could make grow.").works(),
    block("rtmp", "RTMP, which listens where the top level's listen says.").works(),
    blockList<[](Scope s) -> std::vector<WebhookConfig>& { return s.config.webhooks; }, isWebhookUsable>(
        "webhook", "Where the server's events are posted; may stand here several times."),
    block("vhost", "One virtual host; __defaultVhost__ serves every name without a block of its own.")
        .args(1, 1)
        .works()
        .guarding()
        .repeated()
        .shown(kDefaultVhost),

    offSwitch("is_full", "Marks a file that shows everything and is not meant to run.").refused().noVariable(),
    text("ff_log_dir", "./objs", "Where ffmpeg's own logs go."),
    text("ff_log_level", "info", "How much ffmpeg logs."),
    integer("pithy_print_ms", "10000", "ms", "How often a busy part repeats its progress in the log."),
    block("pithy_print", "SRS 1's intervals of progress lines.").noVariable(),
    offSwitch("asprocess", "End when the parent process ends."),
    onSwitch("empty_ip_ok", "Accept clients whose address is unknown."),
    onSwitch("disable_daemon_for_docker", "Stay in the foreground inside a container."),
    offSwitch("inotify_auto_reload", "Reload when the file changes."),
    onSwitch("auto_reload_for_docker", "Reload when the file changes, inside a container."),
    offSwitch("in_docker", "Treat this machine as a container."),
    decimal("tcmalloc_release_rate", "0.8", "0 to 10", "How eagerly the allocator returns memory."),
    offSwitch("query_latest_version", "Ask the vendor for a newer version."),
    integer("first_wait_for_qlv", "300", "s", "Wait before the first such question."),
    block("http_api", "The HTTP control interface.").works(),
    block("http_server", "Streams over HTTP: the paths are in each vhost's http_remux.").works(),
    block("http_stream", "SRS 1's name of http_server.").holds("http_server").nowAt("http_server"),
    block("heartbeat", "Regular sign of life to a backend.").works(),
    block("cluster_redis", "Nodes that share the captures of their configurations, by a Redis.").works(),
    block("stats", "Figures of the machine.").works(),
    block("rtmps", "RTMP over TLS.").works(),
    block("rtsp_server", "RTSP publishers and players.").works(),
    block("rtc_server", "WebRTC."),
    block("srt_server", "SRT publishers and players.").works(),
    block("exporter", "Figures for Prometheus."),
    block("circuit_breaker", "Shed load when the processor is busy."),
    block("threads", "Figures of the threads."),
    block("tencentcloud_cls", "A vendor's log service."),
    block("tencentcloud_apm", "A vendor's tracing service."),
    block("stream_caster", "Take streams in by other protocols.").repeated(),
    block("kafka", "Events to Kafka; SRS 3 development only.").noVariable(),
    block("transcode", "Accepted at the top level by SRS 3, without a function.").args(0, 1).noVariable(),
    block("engine", "Accepted at the top level by SRS 3, without a function.").args(0, 1).noVariable(),
    block("ingest", "Accepted at the top level by SRS 3, without a function.").args(0, 1).noVariable(),
};

constexpr std::array kRtmp = {
    onSwitch("enabled", "Serve RTMP; off: there is no RTMP listener, and listen has no effect.")
        .guarding()
        .in([](Scope s) -> bool& { return s.config.rtmpEnabled; }),
    listen("1935", "The top level's listen, which wins where both stand.").nowAt("listen"),
    integer("chunk_size", "60000", "bytes", "The top level's chunk_size, which wins where both stand.")
        .nowAt("chunk_size"),
};

constexpr std::array kLimits = {
    integer("handshake_timeout", "10000", "ms", "From the connection to the end of its RTMP handshake.")
        .within(1, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.handshakeTimeoutMs; }),
    integer("proxy_header", "4096", "bytes", "A PROXY header of version 2; a connection with a longer one is closed.")
        .within(107, 65551)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.proxyHeaderBytes; }),
    integer("idle_timeout", "30000", "ms", "Silence of a client that neither publishes nor plays.")
        .within(1, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.idleTimeoutMs; }),
    integer("admission_timeout", "60000", "ms",
            "From the connection to publishing or playing (RTMP, RTSP), without what verdicts take.")
        .within(1, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.admissionTimeoutMs; }),
    integer("connections_per_address", "0", "clients",
            "Clients of one address (of IPv6: of one /64); 0: half of max_connections, of viewers half of hls_viewers.")
        .within(0, 1000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.connectionsPerAddress; }),
    integer("unadmitted_per_address", "0", "clients",
            "Those of them that neither publish nor play yet; 0: a tenth of all, at least 16.")
        .within(0, 1000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.unadmittedPerAddress; }),
    integer("connection_rate", "200", "per second",
            "New connections of one address; new viewers (hls_viewers) as many.")
        .within(1, 1000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.connectionRate; }),
    networks("limit_exempt", "Addresses that the three limits before do not count, as trusted_proxies; off: none.")
        .defaulting("127.0.0.0/8 ::1")
        .in([](Scope s) -> std::vector<base::IpNetwork>& { return s.config.limits.limitExempt; }),
    integer("api_connections", "64", "clients",
            "Connections to the addresses that http_api has for itself; max_connections does not count them.")
        .within(1, 1000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.apiConnections; }),
    integer("unadmitted_size", "65536", "bytes", "All unfinished RTMP messages of a client that does not publish.")
        .within(1024, 16777216)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.unadmittedBytes; }),
    integer("message_size", "16777216", "bytes", "One RTMP message, or one frame of MPEG-TS.")
        .within(1024, 16777216)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.messageBytes; }),
    integer("partial_size", "16777216", "bytes", "All RTMP messages that a connection has begun and not finished.")
        .within(1024, 1073741824)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.partialBytes; }),
    integer("chunk_streams", "64", "streams", "Chunk streams of one connection.")
        .within(4, 65600)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.chunkStreams; }),
    integer("message_streams", "16", "streams", "Message streams that an RTMP connection has at one time.")
        .within(1, 1024)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.messageStreams; }),
    integer("amf_depth", "32", "levels", "Nesting of AMF objects and arrays.")
        .within(1, 256)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.amfDepth; }),
    integer("url_size", "8192", "bytes", "A tcUrl, an app, or a stream's name with its query.")
        .within(64, 1048576)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.urlBytes; }),
    integer("unknown_commands", "16", "commands", "Commands nobody knows that a client may send before it is closed.")
        .within(0, 1000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.unknownCommands; }),
    integer("demux_queue", "4194304", "bytes", "What an SRT publisher has sent and the demuxer has not read yet.")
        .within(65536, 1073741824)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.demuxQueueBytes; }),
    integer("header_timeout", "10000", "ms",
            "From an HTTP request's first byte to its header's last, and to its body's.")
        .within(1, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.headerTimeoutMs; }),
    integer("keepalive_timeout", "60000", "ms", "Silence of an HTTP connection between two requests.")
        .within(1, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.keepaliveTimeoutMs; }),
    integer("header_size", "8192", "bytes", "Header of an HTTP request: its first line and all fields.")
        .within(1024, 65536)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.headerBytes; }),
    integer("body_size", "1048576", "bytes",
            "Body of an HTTP request, which is read over; one with a longer body is refused.")
        .within(1024, 67108864)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.bodyBytes; }),
    integer("websocket_message", "65536", "bytes", "One message of a WebSocket client; none of them is used.")
        .within(125, 67108864)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.webSocketBytes; }),
    integer("control_buffer", "262144", "bytes", "Replies that a client has not read yet.")
        .within(4096, 67108864)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.controlBytes; })
        .onlyAtStart(),
    integer("waiting_input", "65536", "bytes",
            "What a TCP client sends while it waits for a verdict; the rest waits in its own system.")
        .within(1024, 67108864)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.waitingBytes; }),
    integer("extra_tracks", "32", "tracks",
            "Tracks of a stream beside the first of each kind; of more, late players get no header, RTSP's nothing.")
        .within(0, 61)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.extraTracks; })
        .onlyAtStart(),
    integer("log_size", "67108864", "bytes", "What one stream keeps for its players, per wire format.")
        .within(65536, kMaxUint32)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.logBytes; })
        .onlyAtStart(),
    integer("rtsp_header", "16384", "bytes", "First line and fields of an RTSP message; a longer one ends the session.")
        .within(1024, 1048576)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.rtspHeaderBytes; }),
    integer("rtsp_body", "65536", "bytes", "Body of an RTSP message; a longer one ends the session.")
        .within(1024, 16777216)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.rtspBodyBytes; }),
    integer("rtsp_tracks", "16", "tracks", "Media sections that an RTSP publisher announces; with more it is refused.")
        .within(1, 255)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.rtspTracks; }),
    integer("access_unit_size", "8388608", "bytes", "A picture put together from RTP packets; a larger one is dropped.")
        .within(65536, 268435456)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.accessUnitBytes; }),
    integer("hook_connections", "1024", "calls", "Hook calls at one time to one backend host.")
        .within(1, 65535)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.hookConnections; })
        .onlyAtStart(),
    integer("hook_queue", "20000", "calls",
            "Openings that wait for a connection; beyond it the address with the most loses its newest.")
        .within(1, 10000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.hookQueue; })
        .onlyAtStart(),
    integer("hook_drain", "5000", "ms", "How long the end waits for the last closing events to leave.")
        .within(0, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.hookDrainMs; }),
    integer("dvr_queue", "16777216", "bytes",
            "Of a recording, what waits for the disk; more is left out, up to a keyframe.")
        .within(65536, kMaxUint32)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.dvrQueueBytes; })
        .onlyAtStart(),
    sizeMb("hls_memory", "1024m", "Segments of all streams in memory; the oldest of whoever has most go first.")
        .within(1, 1024 * 1024)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.hlsMemoryMb; }),
    integer("hls_queue", "16777216", "bytes",
            "Of one stream, segments that wait for the disk; a further one is not written.")
        .within(65536, kMaxUint32)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.hlsQueueBytes; }),
    integer("hls_viewers", "100000", "viewers", "Of HLS, DASH and recordings at one time; a further one is refused.")
        .within(1, kMaxUint32)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.hlsViewers; }),
    integer("capture_queue", "8388608", "bytes",
            "Of a capture, what was read and is not published yet; then reading waits.")
        .within(65536, kMaxUint32)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.captureQueueBytes; })
        .onlyAtStart(),
    integer("exec_processes", "64", "processes", "Programs of exec at one time; further ones are not run.")
        .within(0, 65535)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.execProcesses; })
        .onlyAtStart(),
    integer("dvr_drain", "10000", "ms", "How long the end waits for recordings to be complete.")
        .within(0, kHourMs)
        .in([](Scope s) -> std::int64_t& { return s.config.limits.dvrDrainMs; }),
    integer("log_lines", "10000", "lines", "Log lines that wait for the disk or the terminal.")
        .within(100, 10000000)
        .in([](Scope s) -> std::uint32_t& { return s.config.limits.logLines; })
        .onlyAtStart(),
};

constexpr std::array kSections = {
    Section{.context = "", .rows = kRoot},
    Section{.context = "rtmp", .rows = kRtmp, .environment = false},
    Section{.context = "limits", .rows = kLimits},
};

} // namespace

std::span<const Section> rootSections() {
    return kSections;
}

} // namespace hookcast::config
