#include "rtsp/Transport.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <span>

namespace hookcast::rtsp {

namespace {

constexpr std::uint16_t kMaxPort = 65535;
constexpr std::uint16_t kMaxChannel = 255;

base::Result<NumberPair> parsePair(std::string_view value, std::uint16_t limit) {
    std::string_view rest = value;
    const auto rtp = rtp::parseNumber<std::uint16_t>(rtp::takeUntil(rest, '-'));
    const auto rtcp =
        rest.empty() && rtp ? static_cast<std::uint16_t>(*rtp + 1) : rtp::parseNumber<std::uint16_t>(rest);
    if (!rtp || !rtcp || *rtp > limit || *rtcp > limit || (rest.empty() && *rtp == kMaxPort)) {
        return base::Error{fmt::format("Transport: \"{}\" is no pair of numbers", value.substr(0, 80))};
    }
    return NumberPair{*rtp, *rtcp};
}

/// False: a protocol that is not spoken here.
bool parseProtocol(std::string_view protocol, Transport& transport) {
    const auto is = [&protocol](std::string_view known) { return rtp::equalsIgnoringCase(protocol, known); };
    transport.isSecure = is("RTP/SAVP") || is("RTP/SAVP/UDP") || is("RTP/SAVP/TCP");
    transport.lower = is("RTP/AVP/TCP") || is("RTP/SAVP/TCP") ? Transport::Lower::Tcp : Transport::Lower::Udp;
    return transport.isSecure || transport.lower == Transport::Lower::Tcp || is("RTP/AVP") || is("RTP/AVP/UDP");
}

base::Result<void> setPair(std::optional<NumberPair>& pair, std::string_view value, std::uint16_t limit) {
    const auto parsed = parsePair(value, limit);
    if (!parsed.ok()) return parsed.error();
    pair = parsed.value();
    return {};
}

base::Result<void> parseParameter(std::string_view parameter, Transport& transport) {
    std::string_view value = parameter;
    const std::string_view name = rtp::takeUntil(value, '=');
    value = rtp::unquoted(rtp::trimmed(value));
    const auto is = [name](std::string_view known) { return rtp::equalsIgnoringCase(name, known); };
    if (is("multicast")) transport.multicast = true;
    if (is("interleaved")) return setPair(transport.interleaved, value, kMaxChannel);
    if (is("client_port")) return setPair(transport.clientPort, value, kMaxPort);
    if (is("server_port")) return setPair(transport.serverPort, value, kMaxPort);
    if (is("ssrc")) transport.ssrc = rtp::parseNumber<std::uint32_t>(value, 16);
    if (is("mode") && (rtp::equalsIgnoringCase(value, "RECORD") || rtp::equalsIgnoringCase(value, "receive"))) {
        transport.mode = Transport::Mode::Record;
    }
    return {};
}

} // namespace

base::Result<std::vector<Transport>> parseTransports(std::string_view header) {
    std::vector<Transport> transports;
    for (const std::string_view alternative : rtp::splitOutsideQuotes(header, ',')) {
        const auto parts = rtp::splitOutsideQuotes(alternative, ';');
        if (parts.empty()) continue;
        Transport transport;
        if (!parseProtocol(parts.front(), transport)) continue;
        for (const std::string_view parameter : std::span(parts).subspan(1)) {
            if (auto parsed = parseParameter(parameter, transport); !parsed.ok()) return parsed.error();
        }
        transports.push_back(transport);
    }
    return transports;
}

std::string writeTransport(const Transport& transport) {
    std::string text = transport.isSecure ? "RTP/SAVP" : "RTP/AVP";
    if (transport.lower == Transport::Lower::Tcp) text += "/TCP";
    text += transport.multicast ? ";multicast" : ";unicast";
    const auto addPair = [&text](std::string_view name, const std::optional<NumberPair>& pair) {
        if (pair) text += fmt::format(";{}={}-{}", name, pair->rtp, pair->rtcp);
    };
    addPair("interleaved", transport.interleaved);
    addPair("client_port", transport.clientPort);
    addPair("server_port", transport.serverPort);
    if (transport.ssrc) text += fmt::format(";ssrc={:08X}", *transport.ssrc);
    if (transport.mode == Transport::Mode::Record) text += ";mode=record";
    return text;
}

} // namespace hookcast::rtsp
