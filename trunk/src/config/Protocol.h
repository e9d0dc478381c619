#pragma once

#include "base/EnumSize.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::config {

/// How a client speaks to the server. Whoever wants to know something of a protocol asks its traits, and compares no
/// names.
enum class Protocol : std::uint8_t { Rtmp, Rtsp, Srt, HttpFlv, Hls };

/// What a protocol is called, and what its clients tell.
struct ProtocolTraits {
    Protocol protocol;            ///< whose row it is
    std::string_view name;        ///< in directives, hook payloads and metrics
    std::string_view logName;     ///< of its server; with a number behind it, of a client
    std::string_view feature;     ///< in the control interface's list of features
    std::string_view publishType; ///< what the control interface calls a client that publishes: SRS's word
    std::string_view playType;    ///< and one that plays
    std::string_view server;      ///< the block that says where it is served; empty: the top level does
    std::string_view vhostBlock;  ///< the block by which a vhost allows it; empty: every vhost does
    bool namesPage = false;       ///< its clients say which page they come from: rules about pages are for them
    bool hasTcUrl = false;        ///< its clients connect to a URL before they name a stream
    bool showsConnecting = true;  ///< connecting is a line of the log; else it is a part of playing, which has one
    std::string_view ending{};    ///< of a stream's path, where its clients come over HTTP; empty: they do not
};

/// One row for each, in the order of Protocol; it does not compile otherwise.
inline constexpr std::array kProtocols = {
    ProtocolTraits{Protocol::Rtmp, "rtmp", "rtmp", "rtmp", "fmle-publish", "rtmp-play", "", "", true, true},
    ProtocolTraits{Protocol::Rtsp, "rtsp", "rtsp", "rtsp", "rtsp-publish", "rtsp-play", "rtsp_server", "rtsp", false,
                   false},
    ProtocolTraits{Protocol::Srt, "srt", "srt", "srt", "srt-publish", "srt-play", "srt_server", "srt", false, false},
    // What is fetched over HTTP publishes with it, and has no word of its own.
    ProtocolTraits{Protocol::HttpFlv, "httpflv", "http", "http-flv", "flv-play", "flv-play", "http_server",
                   "http_remux", true, false, false, ".flv"},
    // Nobody publishes with it.
    ProtocolTraits{Protocol::Hls, "hls", "hls", "hls", "hls-play", "hls-play", "http_server", "hls", true, false, false,
                   ".m3u8"},
};

static_assert(kProtocols.size() == base::enumSize<Protocol>(), "a protocol without a row");
static_assert(std::ranges::all_of(kProtocols,
                                  [](const ProtocolTraits& row) {
                                      return &row == &kProtocols[static_cast<std::size_t>(row.protocol)];
                                  }),
              "a row in another's place");

constexpr const ProtocolTraits& traitsOf(Protocol protocol) {
    return kProtocols[static_cast<std::size_t>(protocol)];
}

constexpr std::string_view nameOf(Protocol protocol) {
    return traitsOf(protocol).name;
}

/// By its name in directives.
std::optional<Protocol> protocolNamed(std::string_view name);

/// Who its client `number` is in the log, e.g. `rtmp-12`.
std::string logNameOf(Protocol protocol, std::uint64_t number);

} // namespace hookcast::config
