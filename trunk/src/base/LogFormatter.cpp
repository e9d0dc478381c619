#include "base/LogFormatter.h"

#include "base/JsonWriter.h"
#include "base/Log.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace hookcast::base {

namespace {

constexpr std::array<const char*, Log::kLevels> kLevelNames = {"verbose", "info", "trace", "warn", "error"};

/// Stands between who, text and parts. What Poco's queue says by itself has none.
constexpr char kSeparator = '\0';

Poco::Message::Priority priorityOf(LogLevel level) {
    switch (level) {
    case LogLevel::Error: return Poco::Message::PRIO_ERROR;
    case LogLevel::Warn: return Poco::Message::PRIO_WARNING;
    case LogLevel::Trace: return Poco::Message::PRIO_INFORMATION;
    case LogLevel::Info: return Poco::Message::PRIO_DEBUG;
    default: return Poco::Message::PRIO_TRACE;
    }
}

const char* levelOf(Poco::Message::Priority priority) {
    for (std::size_t level = 0; level < kLevelNames.size(); ++level)
        if (priorityOf(static_cast<LogLevel>(level)) == priority) return kLevelNames.at(level);
    return kLevelNames.at(static_cast<std::size_t>(LogLevel::Error));
}

struct Content {
    const char* level;
    std::string_view who;
    std::string_view text;
    std::string_view parts;
};

Content contentOf(const Poco::Message& message) {
    const std::string_view all = message.getText();
    const std::size_t first = all.find(kSeparator);
    // The queue has dropped lines, and says so with the priority of the next one.
    if (first == std::string_view::npos) return {levelOf(Poco::Message::PRIO_WARNING), "log", all, {}};
    const std::size_t last = all.rfind(kSeparator);
    return {levelOf(message.getPriority()), all.substr(0, first), all.substr(first + 1, last - first - 1),
            all.substr(last + 1)};
}

/// As RFC 3339 has it for collectors, and as SRS has it for readers.
std::string timeOf(const Poco::Message& message, LogShape shape) {
    const std::int64_t unixMs = message.getTime().epochMicroseconds() / 1000;
    const std::tm parts = calendarOf(unixMs / 1000, shape.zone());
    const bool isJson = shape.format == LogFormat::Json;
    std::string text =
        fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}.{:03}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                    isJson ? 'T' : ' ', parts.tm_hour, parts.tm_min, parts.tm_sec, unixMs % 1000);
    if (!isJson) return text;
    if (shape.isUtc) return text + 'Z';
    const long offsetMinutes = parts.tm_gmtoff / 60;
    const long size = offsetMinutes < 0 ? -offsetMinutes : offsetMinutes;
    return text + fmt::format("{}{:02}:{:02}", offsetMinutes < 0 ? '-' : '+', size / 60, size % 60);
}

} // namespace

Poco::Message LogFormatter::message(LogLevel level, std::string_view who, std::string_view text,
                                    std::string_view parts) {
    std::string all;
    all.reserve(who.size() + text.size() + parts.size() + 2);
    all.append(who).append(1, kSeparator).append(text).append(1, kSeparator).append(parts);
    return {"hookcast", all, priorityOf(level)};
}

void LogFormatter::format(const Poco::Message& message, std::string& line) {
    const LogShape shape = shape_;
    const auto [level, who, text, parts] = contentOf(message);
    if (shape.format == LogFormat::Text) {
        line += fmt::format("[{}][{}][{}] {}", timeOf(message, shape), level, singleLine(who), singleLine(text));
        return;
    }
    JsonWriter json;
    json.beginObject();
    json.member("time", timeOf(message, shape)).member("level", level).member("who", who).member("msg", text);
    json.endObject();
    line += json.take();
    if (parts.empty()) return;
    line.back() = ',';
    line.append(parts).append(1, '}');
}

} // namespace hookcast::base
