#include "rtsp/HeaderFields.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <cmath>

namespace hookcast::rtsp {

namespace {

/// npt-sec or npt-hhmmss (RFC 2326, 3.6).
std::optional<double> parseNptTime(std::string_view text) {
    double seconds = 0;
    int parts = 0;
    do {
        const auto value = rtp::parseNumber<double>(rtp::takeUntil(text, ':'));
        if (!value || !std::isfinite(*value) || *value < 0 || ++parts > 3) return std::nullopt;
        seconds = seconds * 60 + *value;
    } while (!text.empty());
    return seconds;
}

} // namespace

base::Result<SessionField> parseSession(std::string_view header) {
    SessionField session;
    session.id = rtp::takeUntil(header, ';');
    if (session.id.empty()) return base::Error{"Session: no id"};
    for (std::string_view parameter : rtp::splitOutsideQuotes(header, ';')) {
        if (!rtp::equalsIgnoringCase(rtp::takeUntil(parameter, '='), "timeout")) continue;
        session.timeoutSec = rtp::parseNumber<std::uint32_t>(rtp::trimmed(parameter));
        if (!session.timeoutSec) return base::Error{"Session: timeout is no number"};
    }
    return session;
}

std::string writeSession(const SessionField& session) {
    return session.timeoutSec ? fmt::format("{};timeout={}", session.id, *session.timeoutSec) : session.id;
}

std::string requiredOptions(const RtspHeaders& headers) {
    std::string options;
    for (const auto& [name, value] : headers.fields()) {
        if (!rtp::equalsIgnoringCase(name, "Require") && !rtp::equalsIgnoringCase(name, "Proxy-Require")) continue;
        for (const std::string_view option : rtp::splitOutsideQuotes(value, ','))
            options.append(options.empty() ? "" : ", ").append(option);
    }
    return options;
}

base::Result<NptRange> parseRange(std::string_view header) {
    const std::string whole(header.substr(0, 80));
    std::string_view range = rtp::takeUntil(header, ';');
    if (!rtp::equalsIgnoringCase(rtp::takeUntil(range, '='), "npt")) {
        return base::Error{fmt::format("Range: \"{}\" is not in normal play time", whole)};
    }
    const bool isOpen = range.find('-') != std::string_view::npos;
    const std::string_view begin = rtp::takeUntil(range, '-');
    const std::string_view end = rtp::trimmed(range);
    NptRange parsed;
    if (!begin.empty() && !rtp::equalsIgnoringCase(begin, "now")) parsed.beginSec = parseNptTime(begin);
    if (!end.empty()) parsed.endSec = parseNptTime(end);
    const bool beginIsWrong = !begin.empty() && !rtp::equalsIgnoringCase(begin, "now") && !parsed.beginSec;
    if (!isOpen || beginIsWrong || (!end.empty() && !parsed.endSec)) {
        return base::Error{fmt::format("Range: \"{}\" is no range", whole)};
    }
    return parsed;
}

std::string writeRange(const NptRange& range) {
    std::string text = range.beginSec ? fmt::format("npt={:.3f}-", *range.beginSec) : "npt=now-";
    if (range.endSec) text += fmt::format("{:.3f}", *range.endSec);
    return text;
}

std::string writeRtpInfo(std::span<const RtpInfo> streams) {
    std::string text;
    for (const RtpInfo& stream : streams) {
        if (!text.empty()) text += ',';
        text += fmt::format("url={}", stream.url);
        if (stream.sequence) text += fmt::format(";seq={}", *stream.sequence);
        if (stream.rtpTimestamp) text += fmt::format(";rtptime={}", *stream.rtpTimestamp);
    }
    return text;
}

} // namespace hookcast::rtsp
