#include "base/TimeText.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <optional>

namespace hookcast::base {

namespace {

constexpr std::int64_t kMsPerSecond = 1000;
/// The year 9999: what is later is no time of this server's.
constexpr std::size_t kMostSecondDigits = 12;
constexpr std::int64_t kLatestUnixS = 253402300799;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes `digits` digits from the front.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits) {
    if (text.size() < digits || !std::ranges::all_of(text.substr(0, digits), isDigit)) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, digits)) number = number * 10 + (c - '0');
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view what) {
    if (text.empty() || what.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Takes `.` and digits, where they are there: milliseconds, of which more is cut off.
std::optional<std::int64_t> takeFraction(std::string_view& text) {
    if (!take(text, ".")) return 0;
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0) return std::nullopt;
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (i < digits ? text[i] - '0' : 0);
    text.remove_prefix(digits);
    return ms;
}

/// Takes `Z`, or how far local time is ahead of UTC; in seconds.
std::optional<std::int64_t> takeZone(std::string_view& text) {
    if (take(text, "Zz")) return 0;
    const bool isBehind = text.starts_with('-');
    // In a query, a plus that is not encoded is often a blank by then.
    if (!take(text, "+- ")) return std::nullopt;
    const auto hours = takeNumber(text, 2);
    take(text, ":");
    const auto minutes = takeNumber(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::int64_t seconds = *hours * std::int64_t{3600} + *minutes * std::int64_t{60};
    return isBehind ? -seconds : seconds;
}

std::optional<std::int64_t> unixTime(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0 || digits > kMostSecondDigits) return std::nullopt;
    std::int64_t seconds = 0;
    for (const char c : text.substr(0, digits)) seconds = seconds * 10 + (c - '0');
    text.remove_prefix(digits);
    const auto ms = takeFraction(text);
    if (!ms || !text.empty() || seconds > kLatestUnixS) return std::nullopt;
    return seconds * kMsPerSecond + *ms;
}

std::optional<std::int64_t> calendarTime(std::string_view text) {
    constexpr int kFirstYear = 1900;
    std::tm parts{};
    const auto takePart = [&text](std::size_t digits, std::string_view before, int least, int most) {
        if (!before.empty() && !take(text, before)) return -1;
        const auto number = takeNumber(text, digits);
        return number && *number >= least && *number <= most ? *number : -1;
    };
    parts.tm_year = takePart(4, "", 1970, 9999) - kFirstYear;
    parts.tm_mon = takePart(2, "-", 1, 12) - 1;
    parts.tm_mday = takePart(2, "-", 1, 31);
    parts.tm_hour = takePart(2, "Tt ", 0, 23);
    parts.tm_min = takePart(2, ":", 0, 59);
    parts.tm_sec = takePart(2, ":", 0, 60);
    if (parts.tm_year < 0 || std::min({parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec}) < 0)
        return std::nullopt;
    const auto ms = takeFraction(text);
    const auto zone = takeZone(text);
    if (!ms || !zone || !text.empty()) return std::nullopt;
    std::tm midnight{};
    midnight.tm_year = parts.tm_year;
    midnight.tm_mon = parts.tm_mon;
    midnight.tm_mday = parts.tm_mday;
    ::timegm(&midnight);
    if (midnight.tm_mday != parts.tm_mday) return std::nullopt; // the month has no such day
    const std::int64_t seconds = ::timegm(&parts);
    const std::int64_t unixMs = (seconds - *zone) * kMsPerSecond + *ms;
    return unixMs < 0 ? std::nullopt : std::optional(unixMs);
}

} // namespace

Result<std::int64_t> parseTime(std::string_view text) {
    const bool isCalendar = text.find('-') != std::string_view::npos;
    const auto time = isCalendar ? calendarTime(text) : unixTime(text);
    if (!time) return Error{"a time is Unix seconds (1700000000.25) or ISO 8601 (2023-11-14T22:13:20Z)"};
    return *time;
}

std::string timeText(std::int64_t unixMs) {
    const auto seconds = static_cast<std::time_t>(unixMs / kMsPerSecond);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, unixMs % kMsPerSecond);
}

} // namespace hookcast::base
