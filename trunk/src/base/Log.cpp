#include "base/Log.h"

#include <Poco/AsyncChannel.h>
#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Message.h>
#include <Poco/PatternFormatter.h>
#include <Poco/SimpleFileChannel.h>

#include <array>
#include <iostream>

namespace hookcast::base {

namespace {

constexpr std::array<const char*, 5> kLevelNames = {"verbose", "info", "trace", "warn", "error"};

Poco::Message::Priority priorityOf(LogLevel level) {
    switch (level) {
    case LogLevel::Error: return Poco::Message::PRIO_ERROR;
    case LogLevel::Warn: return Poco::Message::PRIO_WARNING;
    default: return Poco::Message::PRIO_INFORMATION;
    }
}

Poco::AutoPtr<Poco::Channel> openDestination(const std::string& file) {
    if (file.empty()) return Poco::AutoPtr<Poco::Channel>(new Poco::ConsoleChannel(std::cout));
    Poco::AutoPtr<Poco::SimpleFileChannel> channel(new Poco::SimpleFileChannel(file));
    channel->open();
    return channel;
}

} // namespace

struct Log::Output {
    Poco::AutoPtr<Poco::AsyncChannel> queue;
};

Log::Log(LogLevel level, const std::string& file, std::size_t queueLines)
    : level_(level), output_(std::make_unique<Output>()) {
    Poco::AutoPtr<Poco::PatternFormatter> formatter(new Poco::PatternFormatter("[%Y-%m-%d %H:%M:%S.%i]%t"));
    formatter->setProperty("times", "local");
    Poco::AutoPtr<Poco::FormattingChannel> destination(new Poco::FormattingChannel(formatter, openDestination(file)));
    output_->queue = new Poco::AsyncChannel(destination);
    output_->queue->setProperty("queueSize", std::to_string(queueLines));
    output_->queue->open();
}

Log::~Log() {
    output_->queue->close();
}

void Log::append(LogLevel level, std::string_view who, std::string text) {
    const std::string line = fmt::format("[{}][{}] {}", kLevelNames[static_cast<std::size_t>(level)], who, text);
    output_->queue->log(Poco::Message("hookcast", line, priorityOf(level)));
}

std::string printable(std::string_view text, std::size_t maxLength) {
    std::string out;
    for (const char c : text.substr(0, maxLength)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F || c == '"' || c == '\\')
            out += fmt::format("\\x{:02x}", byte);
        else
            out.push_back(c);
    }
    if (text.size() > maxLength) out += "...";
    return out;
}

std::string withoutSecrets(std::string_view url) {
    std::string shown(url.substr(0, url.find_first_of("?#")));
    const std::size_t scheme = shown.find("://");
    if (scheme == std::string::npos) return printable(shown);
    const std::size_t host = scheme + 3;
    const std::size_t at = shown.find('@', host);
    if (at != std::string::npos && at < shown.find('/', host)) shown.erase(host, at + 1 - host);
    return printable(shown);
}

} // namespace hookcast::base
