#pragma once

#include "base/TimeZone.h"
#include "config/CallTerms.h"
#include "config/ClientRules.h"
#include "config/HlsConfig.h"
#include "config/HookDialects.h"
#include "config/HookPolicy.h"
#include "config/Protocol.h"
#include "config/RtspAuth.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::config {

/// The vhost that serves every name without one of its own.
inline constexpr std::string_view kDefaultVhost = "__defaultVhost__";

/// A certificate, with what it is signed by, and its key: PEM files.
struct CertificateFiles {
    std::string certFile; ///< empty: there is none
    std::string keyFile;

    bool operator==(const CertificateFiles&) const = default;
};

/// URLs of vhost.http_hooks that are asked beside the others, and never obeyed.
struct ShadowConfig {
    std::vector<std::string> onConnect;
    std::vector<std::string> onPublish;
    std::vector<std::string> onPlay;
    std::uint32_t calls = 64; ///< that are out at one time, of each URL

    bool operator==(const ShadowConfig&) const = default;
};

/// vhost.http_hooks: SRS's JSON hooks. URLs are asked in the order given.
struct HooksConfig {
    bool enabled = false;
    std::vector<std::string> onConnect;
    std::vector<std::string> onClose;
    std::vector<std::string> onPublish;
    std::vector<std::string> onUnpublish;
    std::vector<std::string> onPlay;
    std::vector<std::string> onStop;
    std::vector<std::string> onDvr;
    std::vector<std::string> onHls;
    std::string onHlsNotify; ///< a URL with variables, fetched by GET
    std::vector<std::string> onUpdate;
    std::int64_t updateIntervalMs = 30000; ///< between two onUpdate of one publisher or player
    ShadowConfig shadow;
    HookDialectName dialect = HookDialectName::Srs;
    ClientIdForm clientIdForm = ClientIdForm::Auto;
    bool showsMessage = false; ///< a refused client is told the answer's `msg`
    bool answerData = false;   ///< a yes may say more, in its `data`
    CallTerms calls;
    HookPolicy policy;

    /// Integer or String.
    ClientIdForm clientIdFormSent() const {
        return clientIdForm == ClientIdForm::Auto ? traitsOf(dialect).clientIdForm : clientIdForm;
    }

    /// Whether somebody hears of a connection when its stream is named.
    bool asksWhenStreamIsNamed() const {
        return enabled && traitsOf(dialect).connectNamesStream && !(onConnect.empty() && onClose.empty());
    }

    /// Whether a yes may make a player play a stream of another name.
    bool mayRenamePlayed() const { return enabled && answerData && !onPlay.empty(); }

    bool operator==(const HooksConfig&) const = default;
};

enum class HttpMethod { Post, Get };

/// vhost.http_notify, which may stand in a vhost several times: form-encoded hooks. URLs are asked in the order given.
struct NotifyConfig {
    bool enabled = false;
    std::vector<std::string> onConnect;
    std::vector<std::string> onPublish;
    std::vector<std::string> onPlay;
    std::vector<std::string> onDone;
    std::vector<std::string> onUpdate;
    std::int64_t updateIntervalMs = 30000; ///< between two onUpdate of one publisher or player
    HttpMethod method = HttpMethod::Post;
    std::vector<Protocol> protocols; ///< whose clients it is for; empty: all
    CallTerms calls;
    HookPolicy policy;

    bool isFor(Protocol protocol) const;

    bool operator==(const NotifyConfig&) const = default;
};

/// vhost.http_static: files of a folder, among the paths of http_server.
struct HttpStaticConfig {
    bool enabled = false;
    std::string mount = "[vhost]/"; ///< a host, `[vhost]` or nothing, then a path
    std::string dir = "./objs/nginx/html";

    bool operator==(const HttpStaticConfig&) const = default;
};

/// How timestamps are made from the publisher's: those of a stream, and those of a recording.
enum class TimeJitter {
    Full, ///< from 0, without jumps
    Zero, ///< from 0
    Off,  ///< as they are
};

/// vhost.play
struct PlayConfig {
    bool gopCache = true;
    std::uint32_t gopCacheMaxFrames = 2500; ///< a GOP that grows past it is not cached
    std::int64_t waitStreamMs = 10000;      ///< how long a player over HTTP waits for a stream; 0: not at all
    std::int64_t queueLengthMs = 30000;     ///< how far a player may fall behind before it jumps to the newest keyframe
    std::int64_t mwLatencyMs = 350;         ///< the flush period
    std::int64_t sendTimeoutMs = 30000;     ///< a player whose socket takes nothing for so long is closed
    TimeJitter timeJitter = TimeJitter::Full;
    bool atc = false;     ///< as if timeJitter were Off
    bool atcAuto = false; ///< atc, where the metadata asks for it
    bool mixCorrect = false;
    bool reduceSequenceHeader = false;
    std::uint32_t mwMessages = 8;       ///< a flush of fewer waits for more, for a moment
    std::int64_t sendMinIntervalMs = 0; ///< between two flushes

    bool operator==(const PlayConfig&) const = default;
};

/// What becomes of one who publishes when another one wants its name.
struct TakeoverConfig {
    enum class Policy {
        Off,   ///< the name is busy
        Stale, ///< it is replaced if it has sent nothing for `afterMs`
        On,    ///< it is replaced
    };
    Policy policy = Policy::Off;
    std::int64_t afterMs = 2000;

    bool operator==(const TakeoverConfig&) const = default;
};

/// vhost.publish
struct PublishConfig {
    std::int64_t firstPacketTimeoutMs = 20000;
    std::int64_t normalTimeoutMs = 5000;
    bool mergedRead = true;
    std::int64_t mergedReadLatencyMs = 40;
    std::int64_t kickoffForIdleMs = 0; ///< a publisher without players for so long is ended; 0: never
    TakeoverConfig takeover;
    std::uint32_t claimQueue = 64;       ///< publishers that may wait while another is asked about their name
    std::int64_t claimTimeoutMs = 10000; ///< and for how long

    bool operator==(const PublishConfig&) const = default;
};

/// vhost.http_remux: which paths of http_server are the vhost's streams.
struct HttpRemuxConfig {
    bool enabled = false;
    std::vector<std::string> mounts = {"[vhost]/[app]/[stream].flv"};
    bool dropIfNotMatch = true;        ///< what FLV's header does not announce is left out
    bool hasAudio = true;              ///< what it announces where that is not guessed, or cannot be
    bool hasVideo = true;              ///< likewise
    bool guessHasAv = true;            ///< it announces what has come
    std::int64_t guessAvWaitMs = 1000; ///< how long a stream may take to show it

    bool operator==(const HttpRemuxConfig&) const = default;
};

/// vhost.dvr: recordings.
struct DvrConfig {
    enum class Plan { Session, Segment };

    bool enabled = false;
    std::vector<std::string> apply = {"all"}; ///< `all`, or app/stream names
    Plan plan = Plan::Session;
    std::string path = "./objs/nginx/html/[app]/[stream].[timestamp].flv";
    std::int64_t durationMs = 30000; ///< of a segment
    bool waitKeyframe = true;        ///< segments begin with one
    TimeJitter timeJitter = TimeJitter::Full;
    base::TimeZone timeZone = base::TimeZone::Local; ///< of the times in `path`

    /// Whether a stream with this `app/stream` is recorded.
    bool isFor(std::string_view appAndStream) const;

    bool operator==(const DvrConfig&) const = default;
};

/// vhost.exec: programs that run while a stream is published.
struct ExecConfig {
    bool enabled = false;
    std::vector<std::vector<std::string>> publish;   ///< each a program and its arguments
    base::TimeZone timeZone = base::TimeZone::Local; ///< of the times in the arguments

    bool operator==(const ExecConfig&) const = default;
};

/// Of a source with several programmes or sound tracks, those that are carried.
struct TrackChoice {
    std::uint32_t program = 0;    ///< its number; 0: the first
    std::uint32_t audioTrack = 1; ///< of the programme's, from 1

    bool operator==(const TrackChoice&) const = default;
};

/// How a source that speaks RTSP sends its media.
enum class RtspTransport : std::uint8_t {
    Auto, ///< over TCP, or UDP where it refuses that
    Tcp,
    Udp,
};

/// vhost.capture, which may stand in a vhost several times: a stream that is fetched from elsewhere.
struct CaptureConfig {
    std::string name; ///< of the camera; the stream is called NAME-KIND
    bool enabled = true;
    std::string source;                ///< URL or file
    std::string kind = "primary";      ///< or secondary
    std::string access = "public";     ///< for events only
    std::string app = "live";          ///< of the stream
    std::string stream;                ///< its name
    std::string home;                  ///< the node of a cluster that it belongs to; empty: any
    bool dvr = false;                  ///< recorded as the vhost's dvr block says, even where that is off
    std::uint32_t reconnectLimit = 10; ///< attempts in a row before it is given up; 0: none
    std::int64_t timeoutMs = 10000;    ///< to open the source
    std::int64_t stallMs = 10000;      ///< a source that sends nothing for so long is lost
    RtspTransport transport = RtspTransport::Auto;
    TrackChoice tracks;

    bool operator==(const CaptureConfig&) const = default;
};

/// Options for ffmpeg, in order: `name value` stands for `-name value`.
using FfmpegOptions = std::vector<std::pair<std::string, std::string>>;

/// vhost.ingest.engine
struct IngestEngineConfig {
    std::string name;
    bool enabled = false; ///< off: nothing is transcoded
    FfmpegOptions perfile;
    std::string iformat = "flv";
    FfmpegOptions vfilter;
    std::string vcodec;
    std::uint32_t vbitrateKbps = 0; ///< like the numbers below: 0 leaves it to ffmpeg
    std::string vfps;
    std::uint32_t vwidth = 0;
    std::uint32_t vheight = 0;
    std::uint32_t vthreads = 1;
    std::string vprofile;
    std::string vpreset;
    FfmpegOptions vparams;
    std::string acodec;
    std::uint32_t abitrateKbps = 0;
    std::uint32_t asampleRate = 0;
    std::uint32_t achannels = 0;
    FfmpegOptions aparams;
    std::string oformat = "flv";
    std::string output; ///< URL

    /// Whether packets pass as they are.
    bool passesThrough() const;

    bool operator==(const IngestEngineConfig&) const = default;
};

/// vhost.ingest, which may stand in a vhost several times: SRS's way to fetch a stream, by ffmpeg.
struct IngestConfig {
    std::string name;
    bool enabled = false;
    bool isFile = true; ///< else the URL is one of a stream
    std::string url;
    std::string ffmpeg; ///< the program
    std::vector<IngestEngineConfig> engines;

    bool operator==(const IngestConfig&) const = default;
};

/// Who gets SRTP of those who play over RTSPS.
enum class RtspSrtp : std::uint8_t {
    Off, ///< nobody
    Ask, ///< who asks: by the profile of its SETUP, or by its URL
    On,  ///< who does not go without: descriptions tell of it
};

struct VhostConfig {
    std::string name;
    bool enabled = true;
    CertificateFiles certificate; ///< for clients that name this vhost in their TLS handshake
    std::uint32_t chunkSizeBytes = 60000;
    bool minLatency = false;
    bool tcpNodelay = false;
    std::uint32_t inAckSizeBytes = 0; ///< 0: acknowledge only as the client asks
    std::uint32_t outAckSizeBytes = 2500000;
    PlayConfig play;
    PublishConfig publish;
    bool rtspEnabled = true; ///< where rtsp_server is
    RtspAuthConfig rtspAuth;
    RtspSrtp rtspSrtp = RtspSrtp::Ask;
    HttpRemuxConfig httpRemux;
    SecurityConfig security;
    ReferConfig refer;
    HttpStaticConfig httpStatic;
    HooksConfig hooks;
    std::vector<NotifyConfig> notifies;
    bool srtEnabled = false; ///< SRT callers are let in
    TrackChoice srtTracks;
    DvrConfig dvr;
    HlsConfig hls;
    DashConfig dash;
    ExecConfig exec;
    std::vector<CaptureConfig> captures;
    std::vector<IngestConfig> ingests;

    /// How often a publisher's socket is read; 0: whenever something comes in. Players who get every frame at once,
    /// or sooner than a merged read would, are not kept waiting by it.
    std::int64_t mergedReadMs() const;

    /// Whether backends hear of what has ended here, or is complete.
    bool tellsEnds() const;

    /// False only where it neither records nor says where to.
    bool mayHaveRecordings() const;

    bool operator==(const VhostConfig&) const = default;
};

} // namespace hookcast::config
