#pragma once

#include "base/TracedClients.h"
#include "config/Protocol.h"
#include "hooks/Credentials.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// Who speaks to us: one connection, from its accept to its end. Immutable; shared by all that is known of the client.
struct ClientIdentity {
    base::TracedClients::Client name; ///< in the log, with the client's number, address, and id: as ClientIds
    config::Protocol protocol = config::Protocol::Rtmp;
    base::TracedClients::Introduction introduction{}; ///< the log's lines outlive the session
};

/// Where a client has connected to. Immutable; thousands who watch one stream have the same one.
struct ClientPlace {
    std::string vhost; ///< the configured vhost, `__defaultVhost__` included
    std::string app;
    std::string stream; ///< only where connecting names one
    std::string tcUrl;  ///< byte for byte as the client sent it
    std::string pageUrl;
    std::string swfUrl;     ///< for the control interface: no backend is told
    std::string node;       ///< of the cluster, that pulls; empty: a client like any other
    std::string namedVhost; ///< as the client has named it, where that is not in its tcUrl or query

    bool operator==(const ClientPlace&) const = default;
    std::size_t hash() const;
};

/// What is known of a client. Immutable and shared by all its events.
struct ClientInfo {
    std::shared_ptr<const ClientIdentity> who;
    std::shared_ptr<const ClientPlace> place;
    std::string param; ///< the connect URL's query with its `?`, byte for byte; empty without one
    std::string url;   ///< what the client connects to, whole, byte for byte; empty: its tcUrl says it
    std::shared_ptr<const Credentials> credentials; ///< null: it was not asked; openings alone tell them

    std::uint64_t number() const { return who->name.number; }
    const std::string& id() const { return who->name.id; }
    const std::string& logName() const { return who->name.logName; }
    const std::string& ip() const { return who->name.address; }
    config::Protocol protocol() const { return who->protocol; }
};

/// The stream that a client wants, as it says. Immutable; those who want the same may have the same one.
struct NamedStream {
    std::string name;
    std::string param;   ///< its query with its `?`, byte for byte; empty: that of the connection
    std::string url;     ///< what the client asked for, whole, byte for byte; empty: what it connects to
    std::string id;      ///< unique for a stream's life; empty while unknown
    std::string asked{}; ///< its name as the client has it, where a backend has given it another one; else empty

    const std::string& askedName() const { return asked.empty() ? name : asked; }
    const std::string& paramOf(const ClientInfo& client) const { return param.empty() ? client.param : param; }
    const std::string& urlOf(const ClientInfo& client) const { return url.empty() ? client.url : url; }

    bool operator==(const NamedStream&) const = default;
    std::size_t hash() const;
};

using NamedStreamPtr = std::shared_ptr<const NamedStream>;

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
    ConnectStep step = ConnectStep::Whole;
};

/// What a client wants, or what has become of it. Each kind of event has its own fields and no others: a dialect visits
/// `what`, and the compiler tells it of a kind that it has forgotten. What is large stands apart, as each client's
/// openings are as large as the largest kind; no pointer is null but `replaces`.
struct HookEvent {
    using Connect = Connecting;
    struct Close {
        std::shared_ptr<const Closing> closing;
    };
    struct Publish {
        NamedStreamPtr stream;
        std::shared_ptr<const ClientIds> replaces{}; ///< who publishes it now, and will be ended by this one's yes
    };
    struct Unpublish {
        NamedStreamPtr stream;
        std::shared_ptr<const Closing> closing;
    };
    struct Play {
        NamedStreamPtr stream;
        std::uint64_t clients = 0; ///< of the stream: publisher and players, this one among them
    };
    struct Stop {
        NamedStreamPtr stream;
        std::shared_ptr<const Closing> closing;
    };
    struct Dvr {
        NamedStreamPtr stream; ///< that is published and has been recorded
        std::shared_ptr<const DvrFile> recording;
    };
    struct Update {
        NamedStreamPtr stream;
        std::shared_ptr<const Progress> progress;
        bool publishes = false; ///< else it plays
    };
    struct Hls {
        NamedStreamPtr stream; ///< that is published
        std::shared_ptr<const HlsSegment> segment;
    };
    using What = std::variant<Connect, Close, Publish, Unpublish, Play, Stop, Dvr, Update, Hls>;

    std::shared_ptr<const ClientInfo> client;
    What what;
    std::string id; ///< of this event: unique over servers and starts, and the same whenever it is told

    HookAction action() const { return static_cast<HookAction>(what.index()); }

    /// The stream that it is about. Throws std::logic_error for Connect and Close, which are about none.
    const NamedStream& stream() const { return *sharedStream(); }

    /// The same for whoever keeps it; throws likewise.
    const NamedStreamPtr& sharedStream() const;

    /// Of that stream; throws likewise.
    StreamKey key() const { return {client->place->vhost, client->place->app, stream().name}; }
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
