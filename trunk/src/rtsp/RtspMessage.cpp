#include "rtsp/RtspMessage.h"

#include "base/ByteWriter.h"
#include "rtp/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hookcast::rtsp {

namespace {

base::Bytes serialize(std::string_view firstLine, const RtspHeaders& headers, const base::Bytes& body) {
    base::Bytes out;
    base::ByteWriter writer(out);
    const auto line = [&writer](std::string_view text) {
        writer.text(text);
        writer.text("\r\n");
    };
    line(firstLine);
    for (const auto& [name, value] : headers.fields()) line(fmt::format("{}: {}", name, value));
    if (!body.empty()) line(fmt::format("Content-Length: {}", body.size()));
    line({});
    writer.bytes(body);
    return out;
}

} // namespace

const std::string* RtspHeaders::find(std::string_view name) const {
    const auto field = std::ranges::find_if(
        fields_, [name](const Field& field) { return rtp::equalsIgnoringCase(field.first, name); });
    return field == fields_.end() ? nullptr : &field->second;
}

std::string_view RtspHeaders::get(std::string_view name) const {
    const std::string* value = find(name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
}

void RtspHeaders::set(std::string_view name, std::string value) {
    std::erase_if(fields_, [name](const Field& field) { return rtp::equalsIgnoringCase(field.first, name); });
    add(std::string(name), std::move(value));
}

std::optional<std::uint32_t> RtspRequest::cseq() const {
    return rtp::parseNumber<std::uint32_t>(headers.get("CSeq"));
}

base::Bytes serialize(const RtspRequest& request) {
    return serialize(fmt::format("{} {} RTSP/1.0", request.method, request.url), request.headers, request.body);
}

base::Bytes serialize(const RtspResponse& response) {
    const std::string_view reason = response.reason.empty() ? reasonPhrase(response.status) : response.reason;
    return serialize(fmt::format("RTSP/1.0 {} {}", response.status, reason), response.headers, response.body);
}

std::string_view reasonPhrase(int status) {
    switch (status) {
    case 100: return "Continue";
    case kOk: return "OK";
    case 301: return "Moved Permanently";
    case 302: return "Moved Temporarily";
    case kBadRequest: return "Bad Request";
    case kUnauthorized: return "Unauthorized";
    case kForbidden: return "Forbidden";
    case kNotFound: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Time-out";
    case kTooLarge: return "Request Entity Too Large";
    case kUriTooLong: return "Request-URI Too Large";
    case kUnsupportedMedia: return "Unsupported Media Type";
    case kParameterNotUnderstood: return "Parameter Not Understood";
    case 453: return "Not Enough Bandwidth";
    case kSessionNotFound: return "Session Not Found";
    case kNotInThisState: return "Method Not Valid in This State";
    case 456: return "Header Field Not Valid for Resource";
    case kInvalidRange: return "Invalid Range";
    case kAggregateNotAllowed: return "Aggregate Operation Not Allowed";
    case 460: return "Only Aggregate Operation Allowed";
    case kUnsupportedTransport: return "Unsupported Transport";
    case 462: return "Destination Unreachable";
    case kKeyManagementFailure: return "Key Management Failure";
    case 500: return "Internal Server Error";
    case kNotImplemented: return "Not Implemented";
    case kUnavailable: return "Service Unavailable";
    case kVersionNotSupported: return "RTSP Version Not Supported";
    case kOptionNotSupported: return "Option not supported";
    default: return "Unknown";
    }
}

} // namespace hookcast::rtsp
