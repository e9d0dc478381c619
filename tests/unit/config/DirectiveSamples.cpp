#include "unit/config/DirectiveSamples.h"

#include "base/IpAddress.h"
#include "base/LogLevel.h"

#include <string_view>

namespace hookcast::config {

namespace {

using base::LogLevel;
using C = const Config&;
using V = const VhostConfig&;
using Urls = std::vector<std::string>;

NotifyConfig notifyOf(V vhost) {
    return vhost.notifies.empty() ? NotifyConfig() : vhost.notifies.front();
}

WebhookConfig webhookOf(C config) {
    return config.webhooks.empty() ? WebhookConfig() : config.webhooks.front();
}

CaptureConfig captureOf(V vhost) {
    return vhost.captures.empty() ? CaptureConfig() : vhost.captures.front();
}

IngestConfig ingestOf(V vhost) {
    return vhost.ingests.empty() ? IngestConfig() : vhost.ingests.front();
}

IngestEngineConfig engineOf(V vhost) {
    const IngestConfig ingest = ingestOf(vhost);
    return ingest.engines.empty() ? IngestEngineConfig() : ingest.engines.front();
}

base::IpAddress addressOf(std::string_view text) {
    return *base::IpAddress::parse(text);
}

const std::vector<Sample> kSamples = {
        {"listen", "1936 [::1]:1937",
         [](C c, V) {
             return c.rtmpListen.size() == 2 && c.rtmpListen[0].port == 1936 && c.rtmpListen[0].host.empty() &&
                    c.rtmpListen[1].host == "::1" && c.rtmpListen[1].port == 1937 &&
                    c.rtmpListen[1].directive == "listen [::1]:1937";
         }},
        {"max_connections", "7", [](C c, V) { return c.maxConnections == 7; }},
        {"chunk_size", "4096", [](C c, V v) { return c.chunkSizeBytes == 4096 && v.chunkSizeBytes == 4096; }},
        {"daemon", "off", [](C c, V) { return !c.daemon; }},
        {"pid", "/run/x.pid", [](C c, V) { return c.pidFile == "/run/x.pid"; }},
        {"work_dir", "/srv", [](C c, V) { return c.workDir == "/srv"; }},
        {"user", "media", [](C c, V) { return c.user == "media"; }},
        {"server_id", "vid-7", [](C c, V) { return c.serverId == "vid-7"; }},
        {"trusted_proxies", "10.0.0.0/8 ::1",
         [](C c, V) {
             return c.trusts(addressOf("10.9.9.9")) && c.trusts(addressOf("::1")) && !c.trusts(addressOf("11.9.9.9"));
         }},
        {"loops", "3", [](C c, V) { return c.loops == 3; }},
        {"grace_start_wait", "11", [](C c, V) { return c.graceStartWaitMs == 11; }},
        {"grace_final_wait", "12", [](C c, V) { return c.graceFinalWaitMs == 12; }},
        {"force_grace_quit", "on", [](C c, V) { return c.forceGraceQuit; }},
        {"srs_log_tank", "console", [](C c, V) { return c.log.toConsole; }},
        {"srs_log_level", "warn", [](C c, V) { return c.log.level == LogLevel::Warn; }},
        {"srs_log_level_v2", "debug", [](C c, V) { return c.log.level == LogLevel::Info; }},
        {"log_client", "rtmp-12 10.0.0.0/8", [](C c, V) { return c.log.clients == Urls{"rtmp-12", "10.0.0.0/8"}; }},
        {"log_format", "json", [](C c, V) { return c.log.shape.format == base::LogFormat::Json; }},
        {"utc_time", "on",
         [](C c, V v) {
             return c.log.shape.isUtc && v.dvr.timeZone == base::TimeZone::Utc &&
                    v.exec.timeZone == base::TimeZone::Utc;
         }},
        {"srs_log_file", "/var/log/x.log", [](C c, V) { return c.log.file == "/var/log/x.log"; }},
        {"limits.handshake_timeout", "11", [](C c, V) { return c.limits.handshakeTimeoutMs == 11; }},
        {"limits.proxy_header", "200", [](C c, V) { return c.limits.proxyHeaderBytes == 200; }},
        {"limits.idle_timeout", "12", [](C c, V) { return c.limits.idleTimeoutMs == 12; }},
        {"limits.admission_timeout", "17", [](C c, V) { return c.limits.admissionTimeoutMs == 17; }},
        {"limits.connections_per_address", "21", [](C c, V) { return c.limits.connectionsPerAddress == 21; }},
        {"limits.unadmitted_per_address", "22", [](C c, V) { return c.limits.unadmittedPerAddress == 22; }},
        {"limits.connection_rate", "23", [](C c, V) { return c.limits.connectionRate == 23; }},
        {"limits.limit_exempt", "off", [](C c, V) { return c.limits.limitExempt.empty(); }},
        {"limits.api_connections", "24", [](C c, V) { return c.limits.apiConnections == 24; }},
        {"limits.unadmitted_size", "2049", [](C c, V) { return c.limits.unadmittedBytes == 2049; }},
        {"limits.message_size", "2048", [](C c, V) { return c.limits.messageBytes == 2048; }},
        {"limits.partial_size", "4096", [](C c, V) { return c.limits.partialBytes == 4096; }},
        {"limits.chunk_streams", "8", [](C c, V) { return c.limits.chunkStreams == 8; }},
        {"limits.message_streams", "7", [](C c, V) { return c.limits.messageStreams == 7; }},
        {"limits.amf_depth", "5", [](C c, V) { return c.limits.amfDepth == 5; }},
        {"limits.url_size", "100", [](C c, V) { return c.limits.urlBytes == 100; }},
        {"limits.unknown_commands", "3", [](C c, V) { return c.limits.unknownCommands == 3; }},
        {"limits.rtsp_header", "2048", [](C c, V) { return c.limits.rtspHeaderBytes == 2048; }},
        {"limits.rtsp_body", "4096", [](C c, V) { return c.limits.rtspBodyBytes == 4096; }},
        {"limits.rtsp_tracks", "3", [](C c, V) { return c.limits.rtspTracks == 3; }},
        {"limits.access_unit_size", "65536", [](C c, V) { return c.limits.accessUnitBytes == 65536; }},
        {"limits.header_timeout", "18", [](C c, V) { return c.limits.headerTimeoutMs == 18; }},
        {"limits.keepalive_timeout", "19", [](C c, V) { return c.limits.keepaliveTimeoutMs == 19; }},
        {"limits.header_size", "4096", [](C c, V) { return c.limits.headerBytes == 4096; }},
        {"limits.body_size", "2048", [](C c, V) { return c.limits.bodyBytes == 2048; }},
        {"limits.websocket_message", "126", [](C c, V) { return c.limits.webSocketBytes == 126; }},
        {"limits.control_buffer", "8192", [](C c, V) { return c.limits.controlBytes == 8192; }},
        {"limits.waiting_input", "2050", [](C c, V) { return c.limits.waitingBytes == 2050; }},
        {"limits.extra_tracks", "6", [](C c, V) { return c.limits.extraTracks == 6; }},
        {"limits.log_size", "1048576", [](C c, V) { return c.limits.logBytes == 1048576; }},
        {"limits.hook_connections", "9", [](C c, V) { return c.limits.hookConnections == 9; }},
        {"limits.hook_queue", "10", [](C c, V) { return c.limits.hookQueue == 10; }},
        {"limits.hook_drain", "13", [](C c, V) { return c.limits.hookDrainMs == 13; }},
        {"limits.dvr_queue", "70000", [](C c, V) { return c.limits.dvrQueueBytes == 70000; }},
        {"cluster_redis.enabled", "on", [](C c, V) { return c.cluster.enabled; }},
        {"cluster_redis.url", "rediss://u:p@h:1/2", [](C c, V) { return c.cluster.url == "rediss://u:p@h:1/2"; }},
        {"cluster_redis.ca_file", "/ca.pem", [](C c, V) { return c.cluster.caFile == "/ca.pem"; }},
        {"cluster_redis.sentinel", "h:1 i:2",
         [](C c, V) { return c.cluster.sentinels == std::vector<std::string>{"h:1", "i:2"}; }},
        {"cluster_redis.master", "main", [](C c, V) { return c.cluster.master == "main"; }},
        {"cluster_redis.name", "north", [](C c, V) { return c.cluster.name == "north"; }},
        {"cluster_redis.node", "media-2", [](C c, V) { return c.cluster.node == "media-2"; }},
        {"cluster_redis.lease", "2.5", [](C c, V) { return c.cluster.leaseMs == 2500; }},
        {"cluster_redis.max_captures", "7", [](C c, V) { return c.cluster.maxCaptures == 7; }},
        {"cluster_redis.max_input_kbps", "8000", [](C c, V) { return c.cluster.maxInputKbps == 8000; }},
        {"cluster_redis.cluster_secret", "sixteen-or-more-1",
         [](C c, V) { return c.cluster.secret == "sixteen-or-more-1"; }},
        {"cluster_redis.address", "10.0.0.7:1936", [](C c, V) { return c.cluster.address == "10.0.0.7:1936"; }},
        {"cluster_redis.pull_idle", "2.5", [](C c, V) { return c.cluster.pullIdleMs == 2500; }},
        {"cluster_redis.max_pulls", "70", [](C c, V) { return c.cluster.maxPulls == 70; }},
        {"limits.capture_queue", "70001", [](C c, V) { return c.limits.captureQueueBytes == 70001; }},
        {"limits.exec_processes", "15", [](C c, V) { return c.limits.execProcesses == 15; }},
        {"vhost.exec.enabled", "on", [](C, V v) { return v.exec.enabled; }},
        {"limits.dvr_drain", "14", [](C c, V) { return c.limits.dvrDrainMs == 14; }},
        {"limits.log_lines", "500", [](C c, V) { return c.limits.logLines == 500; }},
        {"rtsp_server.enabled", "on", [](C c, V) { return c.rtsp.enabled; }},
        {"rtsp_server.listen", "8554 [::1]:8555",
         [](C c, V) {
             return c.rtsp.listen.size() == 2 && c.rtsp.listen[0].port == 8554 && c.rtsp.listen[1].host == "::1" &&
                    c.rtsp.listen[1].port == 8555 && c.rtsp.listen[1].directive == "listen [::1]:8555";
         }},
        {"rtsp_server.rtp_port_min", "2000", [](C c, V) { return c.rtsp.rtpPortMin == 2000; }},
        {"rtsp_server.rtp_port_max", "30001", [](C c, V) { return c.rtsp.rtpPortMax == 30001; }},
        {"rtsp_server.session_timeout", "18000", [](C c, V) { return c.rtsp.sessionTimeoutMs == 18000; }},
        {"rtsp_server.reorder_wait", "19", [](C c, V) { return c.rtsp.reorderWaitMs == 19; }},
        {"rtsp_server.reorder_packets", "20", [](C c, V) { return c.rtsp.reorderPackets == 20; }},
        {"rtsp_server.default_app", "cameras", [](C c, V) { return c.rtsp.defaultApp == "cameras"; }},
        {"limits.demux_queue", "65537", [](C c, V) { return c.limits.demuxQueueBytes == 65537; }},
        {"srt_server.enabled", "on", [](C c, V) { return c.srt.enabled; }},
        {"srt_server.listen", "10081 [::1]:10082",
         [](C c, V) {
             return c.srt.listen.size() == 2 && c.srt.listen[0].port == 10081 && c.srt.listen[1].host == "::1";
         }},
        {"srt_server.maxbw", "1000000000", [](C c, V) { return c.srt.maxBandwidth == 1000000000; }},
        {"srt_server.mss", "1400", [](C c, V) { return c.srt.mssBytes == 1400; }},
        {"srt_server.latency", "201",
         [](C c, V) { return c.srt.latencyMs == 201 && c.srt.receiveLatencyMs == 201 && c.srt.peerLatencyMs == 201; }},
        {"srt_server.recvlatency", "202", [](C c, V) { return c.srt.receiveLatencyMs == 202; }},
        {"srt_server.peerlatency", "203", [](C c, V) { return c.srt.peerLatencyMs == 203; }},
        {"srt_server.tsbpdmode", "off", [](C c, V) { return !c.srt.takesAtTime; }},
        {"srt_server.tlpktdrop", "off", [](C c, V) { return !c.srt.dropsTooLate; }},
        {"srt_server.peer_idle_timeout", "19", [](C c, V) { return c.srt.peerIdleTimeoutMs == 19; }},
        {"srt_server.sendbuf", "2000000", [](C c, V) { return c.srt.sendBufferBytes == 2000000; }},
        {"srt_server.recvbuf", "2000001", [](C c, V) { return c.srt.receiveBufferBytes == 2000001; }},
        {"srt_server.payloadsize", "188", [](C c, V) { return c.srt.payloadBytes == 188; }},
        {"srt_server.passphrase", "ten-letters", [](C c, V) { return c.srt.passphrase == "ten-letters"; }},
        {"srt_server.pbkeylen", "24", [](C c, V) { return c.srt.keyBytes == 24; }},
        {"srt_server.default_app", "studio", [](C c, V) { return c.srt.defaultApp == "studio"; }},
        {"srt_server.default_streamid", "studio/a", [](C c, V) { return c.srt.defaultStreamId == "studio/a"; }},
        {"srt_server.default_mode", "publish", [](C c, V) { return c.srt.publishesByDefault; }},
        {"vhost.dvr.enabled", "on", [](C, V v) { return v.dvr.enabled; }},
        {"vhost.dvr.dvr_apply", "live/a live/b",
         [](C, V v) {
             return v.dvr.apply == Urls{"live/a", "live/b"};
         }},
        {"vhost.dvr.dvr_plan", "segment", [](C, V v) { return v.dvr.plan == DvrConfig::Plan::Segment; }},
        {"vhost.dvr.dvr_path", "/rec/[stream].mp4", [](C, V v) { return v.dvr.path == "/rec/[stream].mp4"; }},
        {"vhost.dvr.dvr_duration", "60", [](C, V v) { return v.dvr.durationMs == 60000; }},
        {"vhost.dvr.dvr_wait_keyframe", "off", [](C, V v) { return !v.dvr.waitKeyframe; }},
        {"vhost.dvr.time_jitter", "zero", [](C, V v) { return v.dvr.timeJitter == TimeJitter::Zero; }},
        {"vhost.capture.enabled", "off", [](C, V v) { return !captureOf(v).enabled; }},
        {"vhost.capture.source", "srt://h:1", [](C, V v) { return captureOf(v).source == "srt://h:1"; }},
        {"vhost.capture.kind", "secondary",
         [](C, V v) { return captureOf(v).kind == "secondary" && captureOf(v).stream == "camera-1-secondary"; }},
        {"vhost.capture.access", "private", [](C, V v) { return captureOf(v).access == "private"; }},
        {"vhost.capture.app", "cameras", [](C, V v) { return captureOf(v).app == "cameras"; }},
        {"vhost.capture.dvr", "on", [](C, V v) { return captureOf(v).dvr; }},
        {"vhost.capture.reconnect_limit", "3", [](C, V v) { return captureOf(v).reconnectLimit == 3; }},
        {"vhost.capture.timeout", "1.5", [](C, V v) { return captureOf(v).timeoutMs == 1500; }},
        {"vhost.capture.home", "media-2", [](C, V v) { return captureOf(v).home == "media-2"; }},
        {"vhost.capture.transport", "udp", [](C, V v) { return captureOf(v).transport == RtspTransport::Udp; }},
        {"vhost.capture.program", "3", [](C, V v) { return captureOf(v).tracks.program == 3; }},
        {"vhost.capture.audio_track", "2", [](C, V v) { return captureOf(v).tracks.audioTrack == 2; }},
        {"vhost.capture.stall", "2.5", [](C, V v) { return captureOf(v).stallMs == 2500; }},
        {"vhost.exec.publish", "./a b",
         [](C, V v) {
             return v.exec.publish == std::vector<Urls>{{"./a", "b"}};
         }},
        {"vhost.ingest.enabled", "on", [](C, V v) { return ingestOf(v).enabled; }},
        {"vhost.ingest.ffmpeg", "/bin/ffmpeg", [](C, V v) { return ingestOf(v).ffmpeg == "/bin/ffmpeg"; }},
        {"vhost.ingest.input.type", "stream", [](C, V v) { return !ingestOf(v).isFile; }},
        {"vhost.ingest.input.url", "./a.flv", [](C, V v) { return ingestOf(v).url == "./a.flv"; }},
        {"vhost.ingest.engine.enabled", "on", [](C, V v) { return engineOf(v).enabled; }},
        {"vhost.ingest.engine.iformat", "off", [](C, V v) { return engineOf(v).iformat == "off"; }},
        {"vhost.ingest.engine.vcodec", "libx264", [](C, V v) { return engineOf(v).vcodec == "libx264"; }},
        {"vhost.ingest.engine.vbitrate", "500", [](C, V v) { return engineOf(v).vbitrateKbps == 500; }},
        {"vhost.ingest.engine.vfps", "12.5", [](C, V v) { return engineOf(v).vfps == "12.5"; }},
        {"vhost.ingest.engine.vwidth", "640", [](C, V v) { return engineOf(v).vwidth == 640; }},
        {"vhost.ingest.engine.vheight", "360", [](C, V v) { return engineOf(v).vheight == 360; }},
        {"vhost.ingest.engine.vthreads", "2", [](C, V v) { return engineOf(v).vthreads == 2; }},
        {"vhost.ingest.engine.vprofile", "main", [](C, V v) { return engineOf(v).vprofile == "main"; }},
        {"vhost.ingest.engine.vpreset", "fast", [](C, V v) { return engineOf(v).vpreset == "fast"; }},
        {"vhost.ingest.engine.acodec", "aac", [](C, V v) { return engineOf(v).acodec == "aac"; }},
        {"vhost.ingest.engine.abitrate", "70", [](C, V v) { return engineOf(v).abitrateKbps == 70; }},
        {"vhost.ingest.engine.asample_rate", "44100", [](C, V v) { return engineOf(v).asampleRate == 44100; }},
        {"vhost.ingest.engine.achannels", "2", [](C, V v) { return engineOf(v).achannels == 2; }},
        {"vhost.ingest.engine.oformat", "mpegts", [](C, V v) { return engineOf(v).oformat == "mpegts"; }},
        {"vhost.ingest.engine.output", "rtmp://h/live/a",
         [](C, V v) { return engineOf(v).output == "rtmp://h/live/a"; }},
        {"vhost.srt.enabled", "on", [](C, V v) { return v.srtEnabled; }},
        {"vhost.srt.program", "3", [](C, V v) { return v.srtTracks.program == 3; }},
        {"vhost.srt.audio_track", "2", [](C, V v) { return v.srtTracks.audioTrack == 2; }},
        {"http_api.enabled", "on", [](C c, V) { return c.apiServer.enabled; }},
        {"http_api.listen", "1986",
         [](C c, V) { return c.apiServer.listen.size() == 1 && c.apiServer.listen[0].port == 1986; }},
        {"http_api.crossdomain", "off", [](C c, V) { return !c.apiServer.crossdomain; }},
        {"http_api.http2", "off", [](C c, V) { return !c.apiServer.http2; }},
        {"http_api.http2_max_concurrent_streams", "50", [](C c, V) { return c.apiServer.http2Streams == 50; }},
        {"http_api.allowed_hosts", "a.example b.example",
         [](C c, V) {
             return c.api.allowedHosts == Urls{"a.example", "b.example"};
         }},
        {"http_api.metrics_streams", "50", [](C c, V) { return c.api.metricsStreams == 50; }},
        {"rtmp.enabled", "off", [](C c, V) { return !c.rtmpEnabled && c.rtmpListen.empty(); }},
        {"http_api.raw_api.enabled", "on", [](C c, V) { return c.api.takesCommands; }},
        {"http_api.raw_api.allow_reload", "on", [](C c, V) { return c.api.mayReload; }},
        {"http_api.auth.enabled", "on", [](C c, V) { return c.api.asksForSecret; }},
        {"http_api.auth.type", "bearer", [](C c, V) { return c.api.scheme == HttpApiConfig::Scheme::Bearer; }},
        {"http_api.auth.token", "a-token", [](C c, V) { return c.api.token == "a-token"; }},
        {"http_api.auth.username", "admin", [](C c, V) { return c.api.username == "admin"; }},
        {"http_api.auth.password", "secret", [](C c, V) { return c.api.password == "secret"; }},
        {"spool.enabled", "off", [](C c, V) { return !c.spool.enabled; }},
        {"spool.path", "./kept", [](C c, V) { return c.spool.path == "./kept"; }},
        {"spool.size", "2g", [](C c, V) { return c.spool.sizeMb == 2048; }},
        {"spool.keep", "12h", [](C c, V) { return c.spool.keepMs == 12 * 3600 * 1000; }},
        {"spool.retry", "90s", [](C c, V) { return c.spool.retryMs == 90'000; }},
        {"heartbeat.enabled", "on", [](C c, V) { return c.heartbeat.enabled; }},
        {"heartbeat.interval", "9.3", [](C c, V) { return c.heartbeat.intervalMs == 9300; }},
        {"heartbeat.url", "http://a/1", [](C c, V) { return c.heartbeat.url == "http://a/1"; }},
        {"heartbeat.device_id", "a-device", [](C c, V) { return c.heartbeat.deviceId == "a-device"; }},
        {"heartbeat.summaries", "on", [](C c, V) { return c.heartbeat.summaries; }},
        {"heartbeat.ports", "on", [](C c, V) { return c.heartbeat.ports; }},
        {"heartbeat.auth.enabled", "on", [](C c, V) { return c.heartbeat.authenticates; }},
        {"heartbeat.auth.type", "bearer", [](C c, V) { return c.heartbeat.bearsToken; }},
        {"heartbeat.auth.token", "a-token", [](C c, V) { return c.heartbeat.token == "a-token"; }},
        {"stats.enabled", "off", [](C c, V) { return !c.stats.enabled; }},
        {"stats.network", "3", [](C c, V) { return c.stats.network == 3; }},
        {"stats.disk", "sda vdb",
         [](C c, V) {
             return c.stats.disks == Urls{"sda", "vdb"};
         }},
        {"http_server.enabled", "on",
         [](C c, V) { return c.http.enabled && c.http.listen.size() == 1 && c.http.listen[0].port == 8080; }},
        {"http_server.listen", "8081 [::1]:8082",
         [](C c, V) {
             return c.http.listen.size() == 2 && c.http.listen[0].port == 8081 && c.http.listen[1].host == "::1";
         }},
        {"http_server.dir", "/srv/files", [](C c, V) { return c.http.dir == "/srv/files"; }},
        {"vhost.http_static.enabled", "on", [](C, V v) { return v.httpStatic.enabled; }},
        {"vhost.http_static.mount", "/files", [](C, V v) { return v.httpStatic.mount == "/files"; }},
        {"vhost.http_static.dir", "/srv/own", [](C, V v) { return v.httpStatic.dir == "/srv/own"; }},
        {"http_server.crossdomain", "off", [](C c, V) { return !c.http.crossdomain; }},
        {"http_server.http2", "off", [](C c, V) { return !c.http.http2; }},
        {"http_server.http2_max_concurrent_streams", "50", [](C c, V) { return c.http.http2Streams == 50; }},
        {"webhook.url", "http://a/1?x", [](C c, V) { return webhookOf(c).url == "http://a/1?x"; }},
        {"webhook.events", "service:up stream:dvr",
         [](C c, V) {
             return webhookOf(c).events == Urls{"service:up", "stream:dvr"};
         }},
        {"webhook.batch", "7", [](C c, V) { return webhookOf(c).batch == 7; }},
        {"webhook.queue", "300", [](C c, V) { return webhookOf(c).queue == 300; }},
        {"webhook.pulse", "0.5", [](C c, V) { return webhookOf(c).pulseMs == 500; }},
        {"webhook.timeout", "0.25", [](C c, V) { return webhookOf(c).calls.timeoutMs == 250; }},
        {"webhook.retry", "5", [](C c, V) { return webhookOf(c).retryMs == 5000; }},
        {"webhook.flush", "0", [](C c, V) { return webhookOf(c).flushMs == 0; }},
        {"webhook.ca_file", "/etc/ca.pem", [](C c, V) { return webhookOf(c).calls.caFile == "/etc/ca.pem"; }},
        {"webhook.via", "redis", [](C c, V) { return webhookOf(c).via == WebhookConfig::Via::Redis; }},
        {"webhook.consumer", "off", [](C c, V) { return !webhookOf(c).consumer; }},
        {"vhost.enabled", "off", [](C, V v) { return !v.enabled; }},
        {"vhost.chunk_size", "256", [](C, V v) { return v.chunkSizeBytes == 256; }},
        {"vhost.min_latency", "on", [](C, V v) { return v.minLatency; }},
        {"vhost.tcp_nodelay", "on", [](C, V v) { return v.tcpNodelay; }},
        {"vhost.in_ack_size", "5", [](C, V v) { return v.inAckSizeBytes == 5; }},
        {"vhost.out_ack_size", "6", [](C, V v) { return v.outAckSizeBytes == 6; }},
        {"vhost.play.gop_cache", "off", [](C, V v) { return !v.play.gopCache; }},
        {"vhost.play.gop_cache_max_frames", "99", [](C, V v) { return v.play.gopCacheMaxFrames == 99; }},
        {"vhost.play.wait_stream", "0.5", [](C, V v) { return v.play.waitStreamMs == 500; }},
        {"vhost.play.queue_length", "4", [](C, V v) { return v.play.queueLengthMs == 4000; }},
        {"vhost.play.mw_latency", "0", [](C, V v) { return v.play.mwLatencyMs == 0; }},
        {"vhost.play.send_timeout", "14", [](C, V v) { return v.play.sendTimeoutMs == 14; }},
        {"vhost.play.time_jitter", "zero", [](C, V v) { return v.play.timeJitter == TimeJitter::Zero; }},
        {"vhost.play.atc", "on", [](C, V v) { return v.play.atc; }},
        {"vhost.play.atc_auto", "on", [](C, V v) { return v.play.atcAuto; }},
        {"vhost.play.mix_correct", "on", [](C, V v) { return v.play.mixCorrect; }},
        {"vhost.play.reduce_sequence_header", "on", [](C, V v) { return v.play.reduceSequenceHeader; }},
        {"vhost.play.mw_msgs", "3", [](C, V v) { return v.play.mwMessages == 3; }},
        {"vhost.play.send_min_interval", "12", [](C, V v) { return v.play.sendMinIntervalMs == 12; }},
        {"vhost.publish.kickoff_for_idle", "1.5", [](C, V v) { return v.publish.kickoffForIdleMs == 1500; }},
        {"vhost.publish.firstpkt_timeout", "15", [](C, V v) { return v.publish.firstPacketTimeoutMs == 15; }},
        {"vhost.publish.normal_timeout", "16", [](C, V v) { return v.publish.normalTimeoutMs == 16; }},
        {"vhost.publish.mr", "off", [](C, V v) { return !v.publish.mergedRead && v.mergedReadMs() == 0; }},
        {"vhost.publish.mr_latency", "17", [](C, V v) { return v.mergedReadMs() == 17; }},
        {"vhost.publish.takeover", "stale",
         [](C, V v) { return v.publish.takeover.policy == TakeoverConfig::Policy::Stale; }},
        {"vhost.publish.claim_queue", "19", [](C, V v) { return v.publish.claimQueue == 19; }},
        {"vhost.publish.claim_timeout", "19", [](C, V v) { return v.publish.claimTimeoutMs == 19; }},
        {"vhost.publish.takeover_after", "18", [](C, V v) { return v.publish.takeover.afterMs == 18; }},
        {"vhost.rtsp_auth", "digest basic",
         [](C, V v) {
             return v.rtspAuth.schemes() == std::vector{RtspAuthScheme::DigestMd5, RtspAuthScheme::Basic};
         }},
        {"vhost.rtsp_realm", "cameras", [](C, V v) { return v.rtspAuth.realm == "cameras"; }},
        {"vhost.rtsp_srtp", "on", [](C, V v) { return v.rtspSrtp == RtspSrtp::On; }},
        {"vhost.rtsp.enabled", "off", [](C, V v) { return !v.rtspEnabled; }},
        {"vhost.security.enabled", "on", [](C, V v) { return v.security.enabled; }},
        {"vhost.security.allow", "publish 10.0.0.0/8; allow play all",
         [](C, V v) {
             const auto& rules = v.security.allow;
             return rules.size() == 2 && rules[0].use == StreamUse::Publish && rules[1].use == StreamUse::Play &&
                    rules[0].network.contains(addressOf("10.1.1.1")) &&
                    !rules[0].network.contains(addressOf("11.1.1.1"));
         }},
        {"vhost.security.deny", "play 2001:db8::/32",
         [](C, V v) {
             const auto& rules = v.security.deny;
             return rules.size() == 1 && rules[0].use == StreamUse::Play &&
                    rules[0].network.contains(addressOf("2001:db8::1"));
         }},
        {"vhost.refer.enabled", "on", [](C, V v) { return v.refer.enabled; }},
        {"vhost.refer.all", "a.example b.example",
         [](C, V v) {
             return v.refer.all == Urls{"a.example", "b.example"};
         }},
        {"vhost.refer.publish", "c.example", [](C, V v) { return v.refer.publish == Urls{"c.example"}; }},
        {"vhost.refer.play", "d.example", [](C, V v) { return v.refer.play == Urls{"d.example"}; }},
        {"vhost.http_remux.enabled", "on", [](C, V v) { return v.httpRemux.enabled; }},
        {"vhost.http_remux.mount", "/[app]/[stream].flv /[app]/[stream].ts",
         [](C, V v) {
             return v.httpRemux.mounts == Urls{"/[app]/[stream].flv", "/[app]/[stream].ts"};
         }},
        {"vhost.http_remux.drop_if_not_match", "off", [](C, V v) { return !v.httpRemux.dropIfNotMatch; }},
        {"vhost.http_remux.has_audio", "off", [](C, V v) { return !v.httpRemux.hasAudio; }},
        {"vhost.http_remux.has_video", "off", [](C, V v) { return !v.httpRemux.hasVideo; }},
        {"vhost.http_remux.guess_has_av", "off", [](C, V v) { return !v.httpRemux.guessHasAv; }},
        {"vhost.http_remux.guess_av_wait", "2.5", [](C, V v) { return v.httpRemux.guessAvWaitMs == 2500; }},
        {"vhost.http_hooks.enabled", "on", [](C, V v) { return v.hooks.enabled; }},
        {"vhost.http_hooks.on_connect", "http://a/1 https://b/2",
         [](C, V v) {
             return v.hooks.onConnect == Urls{"http://a/1", "https://b/2"};
         }},
        {"vhost.http_hooks.on_close", "http://a/1", [](C, V v) { return v.hooks.onClose == Urls{"http://a/1"}; }},
        {"vhost.http_hooks.on_publish", "http://a/2", [](C, V v) { return v.hooks.onPublish == Urls{"http://a/2"}; }},
        {"vhost.http_hooks.on_unpublish", "http://a/3",
         [](C, V v) { return v.hooks.onUnpublish == Urls{"http://a/3"}; }},
        {"vhost.http_hooks.on_play", "http://a/4", [](C, V v) { return v.hooks.onPlay == Urls{"http://a/4"}; }},
        {"vhost.http_hooks.on_stop", "http://a/5", [](C, V v) { return v.hooks.onStop == Urls{"http://a/5"}; }},
        {"vhost.http_hooks.on_dvr", "http://a/6", [](C, V v) { return v.hooks.onDvr == Urls{"http://a/6"}; }},
        {"vhost.http_hooks.timeout", "0.25", [](C, V v) { return v.hooks.calls.timeoutMs == 250; }},
        {"vhost.http_hooks.dialect", "srs4", [](C, V v) { return v.hooks.dialect == HookDialectName::Srs4; }},
        {"vhost.http_hooks.client_id", "string", [](C, V v) { return v.hooks.clientIdForm == ClientIdForm::String; }},
        {"vhost.http_hooks.answer_data", "on", [](C, V v) { return v.hooks.answerData; }},
        {"vhost.http_hooks.show_message", "on", [](C, V v) { return v.hooks.showsMessage; }},
        {"vhost.http_hooks.ca_file", "/etc/ca.pem", [](C, V v) { return v.hooks.calls.caFile == "/etc/ca.pem"; }},
        {"vhost.http_notify.enabled", "on", [](C, V v) { return notifyOf(v).enabled; }},
        {"vhost.http_notify.on_connect", "http://a/1 https://b/2",
         [](C, V v) {
             return notifyOf(v).onConnect == Urls{"http://a/1", "https://b/2"};
         }},
        {"vhost.http_notify.on_publish", "http://a/2",
         [](C, V v) { return notifyOf(v).onPublish == Urls{"http://a/2"}; }},
        {"vhost.http_notify.on_play", "http://a/3", [](C, V v) { return notifyOf(v).onPlay == Urls{"http://a/3"}; }},
        {"vhost.http_notify.on_done", "http://a/4", [](C, V v) { return notifyOf(v).onDone == Urls{"http://a/4"}; }},
        {"vhost.http_notify.notify_method", "GET", [](C, V v) { return notifyOf(v).method == HttpMethod::Get; }},
        {"vhost.http_notify.protocols", "rtsp httpflv",
         [](C, V v) {
             return notifyOf(v).protocols == std::vector{Protocol::Rtsp, Protocol::HttpFlv};
         }},
        {"vhost.http_notify.timeout", "0.25", [](C, V v) { return notifyOf(v).calls.timeoutMs == 250; }},
        {"vhost.http_notify.ca_file", "/etc/ca.pem", [](C, V v) { return notifyOf(v).calls.caFile == "/etc/ca.pem"; }},
};

} // namespace

const std::vector<Sample>& directiveSamples() {
    static const std::vector<Sample> kAll = [] {
        std::vector<Sample> all = kSamples;
        for (const auto& some :
             {callSamples(), policySamples(), tlsSamples(), hlsViewerSamples(), hlsSegmentSamples(), hlsDiskSamples()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return kAll;
}

} // namespace hookcast::config
