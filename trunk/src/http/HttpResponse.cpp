#include "http/HttpResponse.h"

#include "http/HttpStatus.h"

#include <Poco/Net/HTTPResponse.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace hookcast::http {

namespace {

/// What a head takes, but for a body behind it.
constexpr std::size_t kHeadBytes = 512;

/// RFC 9110, 5.6.7, whatever the locale.
class DateText {
  public:
    explicit DateText(std::int64_t unixS) {
        static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const std::chrono::sys_seconds time{std::chrono::seconds(unixS)};
        const auto day = std::chrono::floor<std::chrono::days>(time);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss ofDay(time - day);
        const auto written =
            fmt::format_to_n(text_.begin(), text_.size(), "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                             kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                             kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                             ofDay.hours().count(), ofDay.minutes().count(), ofDay.seconds().count());
        sizeBytes_ = std::min(written.size, text_.size());
    }

    std::string_view view() const { return {text_.data(), sizeBytes_}; }

  private:
    std::array<char, 48> text_{};
    std::size_t sizeBytes_;
};

/// Calls `add(name, value)` for each but Connection.
template <typename Add>
void eachField(const HttpResponse& response, const ResponseFraming& framing, Add add) {
    add("Server", framing.serverName);
    add("Date", DateText(framing.unixS).view());
    if (!response.contentType.empty()) add("Content-Type", response.contentType);
    if (!response.isStream && mayHaveBody(response.status)) {
        const fmt::format_int sizeBytes(response.bodyBytes.value_or(response.body.size()));
        add("Content-Length", std::string_view(sizeBytes.data(), sizeBytes.size()));
    }
    if (framing.crossdomain) {
        add("Access-Control-Allow-Origin", "*");
        add("Access-Control-Expose-Headers", "Content-Length,Content-Range,Date,Server");
    }
    for (const auto& [name, value] : response.fields) add(name, value);
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

bool mayHaveBody(int status) {
    return status != kSwitchingProtocols && status != kNoContent && status != kNotModified;
}

HttpResponse::Fields responseFields(const HttpResponse& response, const ResponseFraming& framing) {
    HttpResponse::Fields fields;
    eachField(response, framing,
              [&fields](std::string_view name, std::string_view value) { fields.emplace_back(name, value); });
    return fields;
}

std::string writeResponse(const HttpResponse& response, const ResponseFraming& framing) {
    std::string text;
    text.reserve(kHeadBytes + response.body.size());
    fmt::format_to(
        std::back_inserter(text), "HTTP/1.1 {} {}\r\n", response.status,
        Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status)));
    if (response.status != kSwitchingProtocols)
        appendField(text, "Connection", framing.keepAlive ? "keep-alive" : "close");
    eachField(response, framing,
              [&text](std::string_view name, std::string_view value) { appendField(text, name, value); });
    text += "\r\n";
    if (!framing.headOnly && mayHaveBody(response.status)) text += response.body;
    return text;
}

} // namespace hookcast::http
