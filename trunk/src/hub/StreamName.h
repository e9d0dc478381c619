#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::hub {

/// The application of clients that name none, as SRS has it.
inline constexpr std::string_view kDefaultApp = "__defaultApp__";

/// What a client wants to connect to.
struct ConnectTarget {
    std::string tcUrl; ///< byte for byte as it came
    std::string vhost; ///< the host, unless the client named another
    std::string app;   ///< without query; with its instance, if any: `live/room1`; see hooks::readStreamPath()
    std::string param; ///< the query with its leading `?`, byte for byte as it came; empty when there is none
    std::string host;  ///< an IPv6 literal is without its brackets
    std::uint16_t port = 1935;
};

/// What a client wants to publish or play on its connection.
struct StreamTarget {
    std::string name;   ///< without query and leading slash, byte for byte as it came
    std::string app;    ///< that of the connection, and what `name` has before its last slash
    std::string stream; ///< empty when the client named none: for the caller to refuse
    std::string param;  ///< the query with its leading `?`, byte for byte as it came; empty when there is none
    std::string vhost;  ///< empty when it is that of the connection
};

/// A stream's whole URL, as clients of RTSP and HTTP send it.
struct StreamUrl {
    std::string url;   ///< byte for byte as it came
    std::string vhost; ///< the host, unless the client named another
    std::string app;   ///< with its instance, if any: `live/room1`
    std::string stream;
    std::string param; ///< the query with its leading `?`, byte for byte as it came; empty when there is none
    std::string host;  ///< an IPv6 literal is without its brackets
};

/// Reads the `tcUrl` and `app` of a connect command. The path and query of the tcUrl count; those of `app` where the
/// tcUrl has none. The vhost may be given in the query (`vhost=NAME` or `domain=NAME`) or inside the application as
/// `app...vhost...NAME`, which may be followed by more `...key...value` pairs. The default instance (`/_definst_`) is
/// the application itself; who names no application is in kDefaultApp.
///
/// An error: a tcUrl without scheme or host, a port that is none.
base::Result<ConnectTarget> parseConnectTarget(std::string_view tcUrl, std::string_view app);

/// Reads the stream name of a publish or play command on a connection to `app`, by hooks::readStreamPath(); prefixes
/// such as `mp4:` stay.
///
/// An error: a name that readStreamPath() does not take.
base::Result<StreamTarget> parseStreamTarget(std::string_view streamName, std::string_view app);

/// The whole URL of `target` on a connection with this tcUrl, as a client of another protocol would write it:
/// `scheme://host/app/stream?query`. Both queries are in it, the stream's own first, as that is the one that counts.
std::string urlOfStream(std::string_view tcUrl, const StreamTarget& target);

/// What a player may mean by a name that ffmpeg and its like have changed, where nobody publishes the name itself:
/// first without a prefix (`mp4:`, `flv:`), then without an extension (`.mp4`, `.flv`, `.f4v`) too.
std::vector<std::string> namesBehind(std::string_view stream);

/// Whether the names in a URL's path are percent-encoded, as they are in RTSP and HTTP.
enum class PathEncoding : std::uint8_t { None, Percent };

/// Reads `scheme://host[:port]/app[/instance]/stream[?query]`. The vhost may be named as in a tcUrl. A stream without
/// an application is of `defaultApp`, where there is one.
///
/// An error: no scheme or host, a port that is none, no application or no stream, a broken percent-encoding, a slash or
/// a question mark that only decoding brings into a name, a name that hooks::readStreamPath() does not take.
base::Result<StreamUrl> parseStreamUrl(std::string_view url, PathEncoding encoding, std::string_view defaultApp = {});

} // namespace hookcast::hub
