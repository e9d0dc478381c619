#pragma once

#include "support/HookcastServer.h"
#include "support/HttpHookcast.h"
#include "support/SrtPort.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// The ways in and out of the server.
enum class Protocol { Rtmp, RtspTcp, RtspUdp, Srt, HttpFlv, HttpTs, WebSocketFlv };

inline const std::vector<Protocol> kPublishProtocols = {Protocol::Rtmp, Protocol::RtspTcp, Protocol::RtspUdp,
                                                        Protocol::Srt};
inline const std::vector<Protocol> kPlayProtocols = {Protocol::Rtmp,        Protocol::RtspTcp, Protocol::RtspUdp,
                                                     Protocol::Srt,         Protocol::HttpFlv, Protocol::HttpTs,
                                                     Protocol::WebSocketFlv};

/// For the names of tests.
std::string nameOf(Protocol protocol);

std::ostream& operator<<(std::ostream& out, Protocol protocol);

bool isRtsp(Protocol protocol);

/// Over HTTP and WebSocket.
bool isHttp(Protocol protocol);

/// A server that speaks all of them on `__defaultVhost__`, and is patient with its publishers.
class ProtocolServer {
  public:
    /// `vhostContent` stands in the vhost, `config` before everything, `srt` in srt_server, `publish` in the vhost's
    /// publish block.
    explicit ProtocolServer(std::string_view vhostContent, std::string_view config = "", std::string_view srt = "",
                            std::string_view publish = "");

    HookcastServer& server() { return http_.server(); }
    const HookcastServer& server() const { return http_.server(); }

    /// Of the port where clients of `protocol` go.
    std::uint16_t port(Protocol protocol) const;

    /// What ffmpeg publishes to, or plays, `live/NAME` from.
    std::string publishUrl(Protocol protocol, const std::string& name) const;
    std::string playUrl(Protocol protocol, const std::string& name) const;

  private:
    SrtPort srt_;
    HttpHookcast http_;
};

} // namespace hookcast::integration
