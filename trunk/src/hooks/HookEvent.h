#pragma once

#include "hooks/StreamKey.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::hooks {

enum class HookAction : std::uint8_t {
    Connect,
    Close,
    Publish,
    Unpublish,
    Play,
    Stop,
    Dvr, ///< a recording of what the client publishes is complete: opens nothing, closes nothing
};

/// `on_connect` and so on: the name in configs, payloads and logs.
std::string_view nameOf(HookAction action);

/// The event that ends what `opening` began; only for Connect, Publish and Play.
HookAction closingOf(HookAction opening);

/// Close, Unpublish and Stop.
bool isClosing(HookAction action);

/// Who speaks to us: one connection, from its accept to its end. Immutable and shared by all events of the client.
struct ClientInfo {
    std::uint64_t number = 0; ///< unique in this process, from 1
    std::string id;           ///< unique beyond this process: 8 random characters
    std::string logName;      ///< who it is in the log, e.g. `rtmp-12`
    std::string protocol;     ///< rtmp, rtsp, httpflv, srt
    std::string ip;
    std::string vhost; ///< the configured vhost, `__defaultVhost__` included
    std::string app;
    std::string tcUrl; ///< byte for byte as the client sent it
    std::string pageUrl;
    std::string param;  ///< the connect URL's query with its `?`, byte for byte; empty without one
    std::string stream; ///< only where connecting names a stream
};

/// Why and how an opening ended.
struct Closing {
    std::string reason;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::int64_t durationMs = 0;
};

/// Where a recording is.
struct DvrFile {
    std::string cwd;  ///< the server's working directory
    std::string file; ///< as dvr_path makes it: relative to `cwd`, or absolute
};

/// What happened, with every field that a dialect may need.
struct HookEvent {
    HookAction action = HookAction::Connect;
    std::shared_ptr<const ClientInfo> client;
    std::string stream;   ///< empty for Connect and Close
    std::string param;    ///< the stream's query with its `?`, byte for byte
    std::string url;      ///< what the client asked for, whole, byte for byte
    std::string streamId; ///< unique for a stream's life; empty while unknown
    Closing closing;      ///< only for Close, Unpublish and Stop
    DvrFile dvr;          ///< only for Dvr

    /// The stream that it is about; only for those with a stream.
    StreamKey key() const { return {client->vhost, client->app, stream}; }
};

} // namespace hookcast::hooks
