#include "http/HttpResponse.h"

#include "http/HttpStatus.h"

#include <Poco/Net/HTTPResponse.h>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace hookcast::http {

namespace {

/// What a head takes, but for a body behind it.
constexpr std::size_t kHeadBytes = 512;

bool mayHaveBody(int status) {
    return status != kSwitchingProtocols && status != kNoContent && status != kNotModified;
}

/// RFC 9110, 5.6.7, whatever the locale.
void appendDate(std::string& text, std::int64_t unixS) {
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_seconds time{std::chrono::seconds(unixS)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss ofDay(time - day);
    fmt::format_to(std::back_inserter(text), "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                   kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                   ofDay.hours().count(), ofDay.minutes().count(), ofDay.seconds().count());
}

void appendField(std::string& text, std::string_view name, std::string_view value) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
}

} // namespace

HttpResponse textResponse(int status, const std::string& text) {
    HttpResponse response;
    response.status = status;
    response.contentType = "text/plain; charset=utf-8";
    response.body = text + "\n";
    return response;
}

std::string writeResponse(const HttpResponse& response, const ResponseFraming& framing) {
    const bool hasBody = mayHaveBody(response.status);
    std::string text;
    text.reserve(kHeadBytes + response.body.size());
    fmt::format_to(
        std::back_inserter(text), "HTTP/1.1 {} {}\r\n", response.status,
        Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status)));
    appendField(text, "Server", framing.serverName);
    text += "Date: ";
    appendDate(text, framing.unixS);
    text += "\r\n";
    if (response.status != kSwitchingProtocols)
        appendField(text, "Connection", framing.keepAlive ? "keep-alive" : "close");
    if (!response.contentType.empty()) appendField(text, "Content-Type", response.contentType);
    if (!response.isStream && hasBody)
        fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n",
                       response.bodyBytes.value_or(response.body.size()));
    if (framing.crossdomain) {
        appendField(text, "Access-Control-Allow-Origin", "*");
        appendField(text, "Access-Control-Expose-Headers", "Content-Length,Content-Range,Date,Server");
    }
    for (const auto& [name, value] : response.fields) appendField(text, name, value);
    text += "\r\n";
    if (!framing.headOnly && hasBody) text += response.body;
    return text;
}

} // namespace hookcast::http
