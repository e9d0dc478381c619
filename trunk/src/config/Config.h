#pragma once

#include "base/IpNetwork.h"
#include "base/LogLevel.h"
#include "config/VhostConfig.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// Where a directive stands. `line` and `column` count from 1; both are 0 for what came from the environment or from
/// a default, and `file` then says which.
struct SourceLocation {
    std::string file;
    int line = 0;
    int column = 0;

    std::string text() const; ///< `file:line:column`, or just `file` without a line.
};

/// One address to listen on, with the directive it came from so that a failing bind can name it.
struct ListenAddress {
    std::string host; ///< IP literal; empty: every interface
    std::uint16_t port = 0;
    std::string directive; ///< as written, e.g. `listen 127.0.0.1:1935`
    SourceLocation where;
    bool isTls = false; ///< what is spoken there is spoken through TLS

    /// Whether both mean the same socket, wherever they stand.
    bool isSameSocket(const ListenAddress& other) const { return host == other.host && port == other.port; }
};

/// rtmps, https of http_server and of http_api, rtsps of rtsp_server: where that is spoken through TLS.
struct TlsServerConfig {
    bool enabled = false;
    std::vector<ListenAddress> listen;
    CertificateFiles certificate{"./conf/server.crt", "./conf/server.key"};
};

struct LogConfig {
    bool toConsole = false;
    base::LogLevel level = base::LogLevel::Trace;
    std::string file = "./objs/srs.log";
    base::LogShape shape;
    std::vector<std::string> clients; ///< see base::TracedClients

    bool operator==(const LogConfig&) const = default;
};

/// The application of a stream that SRT or RTSP clients name without one.
inline constexpr std::string_view kAppOfBareNames = "live";

/// rtsp_server: RTSP publishers and players.
struct RtspServerConfig {
    bool enabled = false;
    std::vector<ListenAddress> listen;
    std::uint32_t rtpPortMin = 20000; ///< RTP and RTCP over UDP take pairs of ports from here
    std::uint32_t rtpPortMax = 29999; ///< to here
    std::int64_t sessionTimeoutMs = 60000;
    std::int64_t reorderWaitMs = 200;
    std::uint32_t reorderPackets = 512;
    std::string defaultApp{kAppOfBareNames};
    TlsServerConfig rtsps;
};

/// webhook, which may stand in the file several times: where the server's events are posted.
struct WebhookConfig {
    /// Where events wait until the backend has confirmed them.
    enum class Via : std::uint8_t {
        Direct, ///< in the process that posts them
        Redis   ///< in that of cluster_redis, with those of the other nodes
    };

    std::string url;                 ///< http or https
    std::vector<std::string> events; ///< the names of those that are wanted; empty: all
    std::uint32_t batch = 50;        ///< events in one call
    std::uint32_t queue = 5000;      ///< events that wait; a further one pushes the oldest out
    std::int64_t pulseMs = 60000;    ///< the period of service:pulse and stream:pulse
    std::int64_t retryMs = 30000;    ///< the longest wait after a call that failed
    std::int64_t flushMs = 2000;     ///< how long shutdown waits for the last events to leave
    CallTerms calls = CallTerms::within(10000);
    Via via = Via::Direct;
    bool consumer = true; ///< may be the node that posts what is in Redis

    bool operator==(const WebhookConfig&) const = default;
};

/// Our own `limits` block: the bound of every queue and buffer that a client or a backend could make grow.
struct LimitsConfig {
    std::int64_t handshakeTimeoutMs = 10000; ///< accept to the end of the RTMP handshake
    std::uint32_t proxyHeaderBytes = 4096;   ///< a PROXY header
    std::int64_t idleTimeoutMs = 30000;      ///< no complete message from a client that neither publishes nor plays
    std::int64_t admissionTimeoutMs = 60000; ///< accept to publishing or playing, without what the backends take
    std::uint32_t connectionsPerAddress = 0; ///< 0: half of max_connections
    std::uint32_t unadmittedPerAddress = 0;  ///< who neither publishes nor plays; 0: a tenth of max_connections, or 16
    std::uint32_t connectionRate = 200;      ///< new connections per second and address
    std::vector<base::IpNetwork> limitExempt = base::IpNetwork::loopback(); ///< not bounded by address
    std::uint32_t apiConnections = 64;                                      ///< connections to http_api's own addresses
    std::uint32_t unadmittedBytes = 64 * 1024;       ///< all unfinished RTMP messages of a client that does not publish
    std::uint32_t messageBytes = 16 * 1024 * 1024;   ///< one RTMP message
    std::uint32_t partialBytes = 16 * 1024 * 1024;   ///< all RTMP messages a connection has begun and not finished
    std::uint32_t chunkStreams = 64;                 ///< chunk streams a connection may use
    std::uint32_t messageStreams = 16;               ///< message streams that an RTMP connection has at one time
    std::uint32_t amfDepth = 32;                     ///< nesting of AMF objects and arrays
    std::uint32_t urlBytes = 8192;                   ///< a tcUrl, an application, a stream's name with its query
    std::uint32_t unknownCommands = 16;              ///< commands nobody knows that a client may send
    std::uint32_t rtspHeaderBytes = 16 * 1024;       ///< one RTSP message's first line and fields
    std::uint32_t rtspBodyBytes = 64 * 1024;         ///< one RTSP message's body
    std::uint32_t rtspTracks = 16;                   ///< media sections that an RTSP publisher announces
    std::uint32_t accessUnitBytes = 8 * 1024 * 1024; ///< a picture that is put together from RTP packets
    std::uint32_t demuxQueueBytes = 4 * 1024 * 1024; ///< MPEG-TS of one publisher that waits for its demuxer
    std::int64_t headerTimeoutMs = 10000;            ///< an HTTP request's header, and once more its body
    std::int64_t keepaliveTimeoutMs = 60000;         ///< an HTTP connection between two requests
    std::uint32_t headerBytes = 8192;                ///< an HTTP request's line and fields
    std::uint32_t bodyBytes = 1024 * 1024;           ///< an HTTP request's body
    std::uint32_t webSocketBytes = 64 * 1024;        ///< one message of a WebSocket client
    std::uint32_t controlBytes = 256 * 1024;         ///< replies a client has not read yet
    std::uint32_t waitingBytes = 64 * 1024;          ///< what a client sends while a verdict is out
    std::uint32_t extraTracks = 32;                  ///< of one stream, beside the first of each kind
    std::uint32_t logBytes = 64 * 1024 * 1024;       ///< one stream's wire log, per format
    std::uint32_t hookConnections = 1024;            ///< concurrent calls to one backend host
    std::uint32_t hookQueue = 20000;                 ///< hook calls waiting for a connection
    std::int64_t hookDrainMs = 5000;                 ///< how long shutdown waits for closing events to leave
    std::uint32_t logLines = 10000;                  ///< log lines waiting for the disk or the terminal
    std::uint32_t dvrQueueBytes = 16 * 1024 * 1024;  ///< frames of one recording waiting for the disk
    std::uint32_t hlsMemoryMb = 1024;                ///< segments of all streams in memory
    std::uint32_t hlsQueueBytes = 16 * 1024 * 1024;  ///< segments of one stream waiting for the disk
    std::uint32_t hlsViewers = 100'000;              ///< at one time
    std::uint32_t captureQueueBytes = 8 * 1024 * 1024; ///< frames of one capture on their way to its loop
    std::uint32_t execProcesses = 64;                  ///< programs of vhost.exec at one time
    std::int64_t dvrDrainMs = 10000;                   ///< how long shutdown waits for recordings to be complete

    bool operator==(const LimitsConfig&) const = default;
};

/// srt_server. Names as of libsrt's options are in the directive table.
struct SrtServerConfig {
    bool enabled = false;
    std::vector<ListenAddress> listen; ///< UDP
    std::int64_t maxBandwidth = -1;    ///< bytes per second; -1: no bound, 0: by the input
    std::uint32_t mssBytes = 1500;
    std::int64_t latencyMs = 120;
    std::int64_t receiveLatencyMs = 120;
    std::int64_t peerLatencyMs = 0;
    bool takesAtTime = true; ///< TSBPD
    bool dropsTooLate = true;
    std::int64_t peerIdleTimeoutMs = 10000;
    std::uint32_t sendBufferBytes = 0; ///< 0: as much as rate and latency of a player need
    std::uint32_t receiveBufferBytes = 12058624;
    std::uint32_t payloadBytes = 1316;
    std::string passphrase;     ///< empty: no encryption
    std::uint32_t keyBytes = 0; ///< 0: libsrt's default
    std::string defaultApp{kAppOfBareNames};
    std::string defaultStreamId = "#!::r=live/livestream,m=request";
    bool publishesByDefault = false; ///< what a stream id without a mode means
};

/// A server of HTTP: http_server, which serves streams and files, or http_api, which has no files.
struct HttpServerConfig {
    bool enabled = false;
    std::vector<ListenAddress> listen;
    TlsServerConfig https;
    bool http2 = true;                     ///< over TLS, and of clients who know that it is spoken
    std::uint32_t http2Streams = 128;      ///< requests that one connection has at one time
    bool crossdomain = true;               ///< pages of other origins may read the answers
    std::string dir = "./objs/nginx/html"; ///< files that are served beside the streams
};

/// http_api, beside where it is served.
struct HttpApiConfig {
    enum class Scheme { Basic, Bearer };

    bool asksForSecret = false; ///< as the scheme says
    Scheme scheme = Scheme::Basic;
    std::string username;
    std::string password;
    std::string token;
    std::vector<std::string> allowedHosts; ///< by which names it is asked, where it asks for no secret
    bool takesCommands = false;            ///< raw_api
    bool mayReload = false;
    std::uint32_t metricsStreams = 0; ///< so many streams have series of their own in /metrics
};

/// heartbeat: a regular sign of life to a backend.
struct HeartbeatConfig {
    bool enabled = false;
    std::int64_t intervalMs = 10000;
    std::string url = "http://127.0.0.1:8085/api/v1/servers";
    std::string deviceId;
    bool summaries = false; ///< with the figures of process and machine
    bool ports = false;     ///< with the addresses that are listened on
    bool authenticates = false;
    bool bearsToken = false; ///< the only way to
    std::string token;
    CallTerms calls;

    bool operator==(const HeartbeatConfig&) const = default;
};

/// stats: what the server tells of its machine.
struct StatsConfig {
    bool enabled = true;       ///< else how busy processor and disks are is not looked at
    std::uint32_t network = 0; ///< which of the machine's addresses is reported
    std::vector<std::string> disks;

    bool operator==(const StatsConfig&) const = default;
};

/// cluster_redis: nodes that share captures, by a Redis.
struct ClusterConfig {
    bool enabled = false;
    std::string url = "redis://127.0.0.1:6379"; ///< redis or rediss, with user, password and database
    std::string caFile;                         ///< PEM bundle for rediss; empty: the system's store
    std::vector<std::string> sentinels;         ///< HOST:PORT; none: `url` is the Redis itself
    std::string master;                         ///< by which name the sentinels know it
    std::string name = "hookcast";              ///< of the cluster: keys begin with it
    std::string node;                           ///< empty: the host's name
    std::int64_t leaseMs = 10000;
    std::uint32_t maxCaptures = 0;  ///< that this node takes; 0: any number
    std::uint32_t maxInputKbps = 0; ///< of all captures of this node; 0: any rate
    std::string secret;             ///< by which nodes pull streams from each other; empty: they do not
    std::string address;            ///< HOST[:PORT] of this node's RTMP, as the others reach it; see nodeAddress()
    std::int64_t pullIdleMs = 10000;
    std::uint32_t maxPulls = 10000; ///< at one time

    bool operator==(const ClusterConfig&) const = default;
};

/// spool: where it stands what backends have still to be told.
struct SpoolConfig {
    bool enabled = true; ///< else in memory
    std::string path = "./objs/spool";
    std::uint32_t sizeMb = 256;
    std::int64_t keepMs = std::int64_t{7} * 24 * 3600 * 1000;
    std::int64_t retryMs = 600'000; ///< the longest wait between two attempts

    bool operator==(const SpoolConfig&) const = default;
};

/// The whole configuration: checked, typed and immutable. Built once per load by ConfigLoader and shared by everyone;
/// any thread may read it.
struct Config {
    bool rtmpEnabled = true;
    std::vector<ListenAddress> rtmpListen; ///< none where it is off
    TlsServerConfig rtmps;
    std::uint32_t maxConnections = 1000;
    std::uint32_t chunkSizeBytes = 60000; ///< of the vhosts that set none; theirs is what counts
    bool daemon = true;
    std::string pidFile = "./objs/srs.pid";
    std::string workDir = "./";
    std::string user;                            ///< whom a server that root has started becomes; empty: nobody else
    std::string serverId;                        ///< empty: made up at start
    unsigned loops = 0;                          ///< event loops; 0: one per core
    std::vector<base::IpNetwork> trustedProxies; ///< whose word about a client's address counts
    std::int64_t graceStartWaitMs = 2300;        ///< from SIGQUIT to closing the listeners
    std::int64_t graceFinalWaitMs = 3200;        ///< from there to closing who is still connected
    bool forceGraceQuit = false;                 ///< SIGTERM means what SIGQUIT means
    LogConfig log;
    RtspServerConfig rtsp;
    SrtServerConfig srt;
    HttpServerConfig http;
    HttpServerConfig apiServer; ///< where http_api is served
    HttpApiConfig api;
    HeartbeatConfig heartbeat;
    ClusterConfig cluster;
    StatsConfig stats;
    SpoolConfig spool;
    LimitsConfig limits;
    std::vector<WebhookConfig> webhooks; ///< those that can be called
    std::vector<std::shared_ptr<const VhostConfig>> vhosts;

    /// The vhost a client asked for: the one of that name (sameHost), else `__defaultVhost__`, else null. A disabled
    /// vhost is returned as it is: the caller refuses it with that reason.
    std::shared_ptr<const VhostConfig> findVhost(const std::string& name) const;

    /// Whether http_api is served at an address of http_server, which then answers for both.
    bool apiSharesHttpServer() const;

    /// The addresses of http_api, those of TLS among them, that are not http_server's; empty where it is off.
    std::vector<ListenAddress> ownApiAddresses() const;

    /// Whether `ip` is one of a trusted proxy.
    bool trusts(const base::IpAddress& ip) const;
};

} // namespace hookcast::config
