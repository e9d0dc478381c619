#include "support/Protocol.h"

#include "support/Configs.h"

#include <fmt/format.h>

#include <ostream>

namespace hookcast::integration {

namespace {

constexpr const char* kPatience = "firstpkt_timeout 600000; normal_timeout 600000;";
constexpr const char* kServesSrt = "srt { enabled on; }\n";

} // namespace

std::string nameOf(Protocol protocol) {
    switch (protocol) {
    case Protocol::Rtmp: return "Rtmp";
    case Protocol::RtspTcp: return "RtspTcp";
    case Protocol::RtspUdp: return "RtspUdp";
    case Protocol::Srt: return "Srt";
    case Protocol::HttpFlv: return "HttpFlv";
    case Protocol::HttpTs: return "HttpTs";
    case Protocol::WebSocketFlv: return "WebSocketFlv";
    }
    return {};
}

std::ostream& operator<<(std::ostream& out, Protocol protocol) {
    return out << nameOf(protocol);
}

bool isRtsp(Protocol protocol) {
    return protocol == Protocol::RtspTcp || protocol == Protocol::RtspUdp;
}

bool isHttp(Protocol protocol) {
    return protocol == Protocol::HttpFlv || protocol == Protocol::HttpTs || protocol == Protocol::WebSocketFlv;
}

ProtocolServer::ProtocolServer(std::string_view vhostContent, std::string_view config, std::string_view srt,
                               std::string_view publish)
    : http_(fmt::format("{}\n{}{}", config, srt_.server(srt),
                        defaultVhost(fmt::format("{}{}publish {{ {} {} }}\n{}", kAllMounts, kServesSrt, kPatience,
                                                 publish, vhostContent)))) {}

std::uint16_t ProtocolServer::port(Protocol protocol) const {
    if (protocol == Protocol::Rtmp) return http_.rtmpPort();
    if (protocol == Protocol::Srt) return srt_.number();
    return isRtsp(protocol) ? http_.server().rtspPort() : http_.httpPort();
}

std::string ProtocolServer::publishUrl(Protocol protocol, const std::string& name) const {
    if (protocol == Protocol::Srt) return srt_.publishUrl(name);
    return isRtsp(protocol) ? server().rtspUrl("live/" + name) : server().url("live/" + name);
}

std::string ProtocolServer::playUrl(Protocol protocol, const std::string& name) const {
    if (protocol == Protocol::Srt) return srt_.playUrl(name);
    if (isHttp(protocol))
        return http_.httpUrl(fmt::format("live/{}.{}", name, protocol == Protocol::HttpTs ? "ts" : "flv"));
    return publishUrl(protocol, name);
}

} // namespace hookcast::integration
