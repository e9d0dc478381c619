#pragma once

#include "base/TracedClients.h"
#include "config/Protocol.h"
#include "hooks/Credentials.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hookcast::hooks {

/// In the order of HookEvent::What.
enum class HookAction : std::uint8_t {
    Connect,
    Close,
    Publish,
    Unpublish,
    Play,
    Stop,
    Dvr,    ///< a recording of what the client publishes is complete: opens nothing, closes nothing
    Update, ///< what a publisher or player has sent and got so far: likewise
    Hls,    ///< a segment of HLS of what the client publishes is complete: likewise
};

/// `on_connect` and so on: the name in configs, payloads and logs.
std::string_view nameOf(HookAction action);

/// Connect, Publish and Play: the backends are asked, and may refuse.
bool isOpening(HookAction action);

/// Close, Unpublish and Stop: each is the end of an opening.
bool isClosing(HookAction action);

/// By which a client's events are told apart; a backend is sent one of them.
struct ClientIds {
    std::uint64_t number = 0; ///< unique in this process, from 1
    std::string id;           ///< unique beyond this process: 8 random characters
};

/// Who speaks to us: one connection, from its accept to its end. Immutable and shared by all events of the client.
struct ClientInfo {
    std::uint64_t number = 0; ///< unique in this process, from 1
    std::string id;           ///< unique beyond this process: 8 random characters
    std::string logName;      ///< who it is in the log, e.g. `rtmp-12`
    std::shared_ptr<const base::TracedClients::Introduction> introduction; ///< the log's lines outlive the session
    config::Protocol protocol = config::Protocol::Rtmp;
    std::string ip;
    std::string vhost; ///< the configured vhost, `__defaultVhost__` included
    std::string app;
    std::string tcUrl; ///< byte for byte as the client sent it
    std::string pageUrl;
    std::string swfUrl;       ///< for the control interface: no backend is told
    std::string param;        ///< the connect URL's query with its `?`, byte for byte; empty without one
    std::string stream;       ///< only where connecting names a stream
    std::string node;         ///< of the cluster, that pulls; empty: a client like any other
    std::string namedVhost{}; ///< as the client has named it, where that is not in its tcUrl or `param`
    std::shared_ptr<const Credentials> credentials{}; ///< null: it was not asked; openings alone tell them
};

/// The stream that a client wants, as it says.
struct NamedStream {
    std::string name;
    std::string param;   ///< its query with its `?`, byte for byte
    std::string url;     ///< what the client asked for, whole, byte for byte; empty: its tcUrl says it
    std::string id;      ///< unique for a stream's life; empty while unknown
    std::string asked{}; ///< its name as the client has it, where a backend has given it another one; else empty

    const std::string& askedName() const { return asked.empty() ? name : asked; }
};

/// Why and how an opening ended.
struct Closing {
    std::string reason;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::int64_t durationMs = 0;
    std::uint64_t clientsLeft = 0; ///< of the stream that it was about, this client not among them
};

/// What has come of an opening so far: what its end tells, had it ended now.
struct Progress {
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::int64_t durationMs = 0;
};

/// Where a recording is.
struct DvrFile {
    std::string cwd;  ///< the server's working directory
    std::string file; ///< as dvr_path makes it: relative to `cwd`, or absolute
};

/// A segment of HLS that is complete, and where it is.
struct HlsSegment {
    std::int64_t durationMs = 0;
    std::string cwd;         ///< the server's working directory
    std::string file;        ///< relative to `cwd`, or absolute; empty: it is in memory only
    std::string url;         ///< as the playlist has it, seen from HLS's root
    std::string m3u8;        ///< the playlist's file, as `file`
    std::string m3u8Url;     ///< of the playlist, seen from HLS's root
    std::uint64_t seqNo = 0; ///< its media sequence number
};

/// Some backends are asked about a connection when it is there, others when its stream is known.
enum class ConnectStep : std::uint8_t {
    Whole,      ///< it has named its stream with the connection: both
    Connection, ///< it has named none yet
    Stream,     ///< which it has named now, on a connection that was told of as Connection
};

/// HookEvent::Connect.
struct Connecting {
    std::string url; ///< what the client asked for, whole, byte for byte; empty: its tcUrl says it
    ConnectStep step = ConnectStep::Whole;
};

/// What a client wants, or what has become of it. Each kind of event has its own fields and no others: a dialect visits
/// `what`, and the compiler tells it of a kind that it has forgotten.
struct HookEvent {
    using Connect = Connecting;
    struct Close {
        Closing closing;
    };
    struct Publish {
        NamedStream stream;
        std::optional<ClientIds> replaces{}; ///< who publishes it now, and will be ended by this one's yes
    };
    struct Unpublish {
        NamedStream stream;
        Closing closing;
    };
    struct Play {
        NamedStream stream;
        std::uint64_t clients = 0; ///< of the stream: publisher and players, this one among them
    };
    struct Stop {
        NamedStream stream;
        Closing closing;
    };
    struct Dvr {
        NamedStream stream; ///< that is published and has been recorded
        DvrFile recording;
    };
    struct Update {
        NamedStream stream;
        Progress progress;
        bool publishes = false; ///< else it plays
    };
    struct Hls {
        NamedStream stream;                        ///< that is published
        std::shared_ptr<const HlsSegment> segment; ///< never null; apart, as each client's opening is as large as this
    };
    using What = std::variant<Connect, Close, Publish, Unpublish, Play, Stop, Dvr, Update, Hls>;

    std::shared_ptr<const ClientInfo> client;
    What what;
    std::string id; ///< of this event: unique over servers and starts, and the same whenever it is told

    HookAction action() const { return static_cast<HookAction>(what.index()); }

    /// The stream that it is about. Throws std::logic_error for Connect and Close, which are about none.
    const NamedStream& stream() const;

    /// Of that stream; throws likewise.
    StreamKey key() const { return {client->vhost, client->app, stream().name}; }
};

/// What it is about, for the log: vhost/app/stream, without the stream where the client has named none.
std::string subjectOf(const HookEvent& event);

/// For a new event. Short enough for what is kept with each client to need no memory of its own.
std::string newEventId();

/// `opening`, a Publish or Play, as it is told of from its yes on, where that has given the stream another `name`,
/// whose id is `streamId`. Throws std::logic_error for any other.
HookEvent renamed(HookEvent opening, std::string name, std::string streamId);

/// The event that ends what `opening`, a Connect, Publish or Play, began. Its id follows from that of the opening, so
/// that whoever makes it, in this process or after it, makes the same event. Throws std::logic_error for any other.
HookEvent endOf(HookEvent opening, Closing closing);

/// The event that tells what has come of `opening`, a Publish or Play, so far. Throws std::logic_error for any other.
HookEvent updateOf(const HookEvent& opening, const Progress& progress);

/// The event that tells of a recording of what `publish` began. Throws std::logic_error where there is no stream.
HookEvent recordingOf(const HookEvent& publish, DvrFile recording);

/// The event that tells of a segment of what `publish` began; likewise.
HookEvent segmentOf(const HookEvent& publish, HlsSegment segment);

} // namespace hookcast::hooks
