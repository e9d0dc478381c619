#include "base/Log.h"

#include "base/LogFile.h"
#include "base/LogFormatter.h"
#include "base/Secrets.h"
#include "base/Utf8.h"

#include <fmt/format.h>

#include <Poco/AsyncChannel.h>
#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Message.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

namespace hookcast::base {

namespace {

/// Throws Poco::Exception.
Poco::AutoPtr<LogFile> openDestination(const std::string& file) {
    return Poco::AutoPtr<LogFile>(file.empty() ? new LogFile() : new LogFile(file));
}

/// `character` is one UTF-8 character, or one byte that is none.
bool isHarmless(std::string_view character) {
    if (character.size() > 1) return !isControl(character) && !isInvisible(character);
    const auto byte = static_cast<unsigned char>(character.front());
    return byte < 0x80 && !isControl(character);
}

bool isQuoteOrBackslash(std::string_view character) {
    return character == "\"" || character == "\\";
}

void appendEscaped(std::string& out, std::string_view character) {
    for (const char c : character) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

/// What the log's thread hands its lines to: one that cannot be written, as the disk is full, or the machine has no
/// memory, must not end that thread. How many there were is told before the next one that can be.
class Guard final : public Poco::Channel {
  public:
    explicit Guard(Poco::AutoPtr<Poco::Channel> behind) : behind_(std::move(behind)) {}

    void log(const Poco::Message& message) override {
        if (!tellLost() || !pass(message)) ++lost_;
    }

    /// True when there is nothing left to tell.
    bool tellLost() {
        if (lost_ == 0) return true;
        try {
            std::string text = fmt::format("{} lines could not be written", lost_);
            if (error_ != 0) text += ": " + std::generic_category().message(error_);
            if (!pass(LogFormatter::message(LogLevel::Error, "log", text, {}))) return false;
        } catch (const std::exception&) {
            return false;
        }
        lost_ = 0;
        error_ = 0;
        return true;
    }

  private:
    bool pass(const Poco::Message& message) {
        try {
            behind_->log(message);
            return true;
        } catch (const Poco::Exception& e) {
            error_ = e.code();
        } catch (const std::exception&) {
            error_ = ENOMEM;
        }
        return false;
    }

    // given
    Poco::AutoPtr<Poco::Channel> behind_;
    // state
    std::size_t lost_ = 0; ///< on the log's thread only, and behind its end
    int error_ = 0;        ///< errno's, of the last one lost; 0: unknown
};

/// Where the lines end up, which may change while they come.
class Destination final : public Poco::Channel {
  public:
    explicit Destination(const std::string& file) : file_(file), channel_(openDestination(file)) {}

    void log(const Poco::Message& message) override {
        const std::lock_guard lock(mutex_);
        channel_->log(message);
    }

    Result<void> move(const std::string& file) {
        try {
            Poco::AutoPtr<LogFile> channel = openDestination(file);
            const std::lock_guard lock(mutex_);
            file_ = file;
            channel_ = std::move(channel);
            return {};
        } catch (const Poco::Exception& e) {
            return Error{fmt::format("cannot open {}: {}", file, e.message())};
        }
    }

    std::string file() const {
        const std::lock_guard lock(mutex_);
        return file_;
    }

  private:
    mutable std::mutex mutex_;
    std::string file_;
    Poco::AutoPtr<LogFile> channel_;
};

} // namespace

struct Log::Output {
    Poco::AutoPtr<LogFormatter> formatter;
    Poco::AutoPtr<Destination> destination;
    Poco::AutoPtr<Guard> guard;
    Poco::AutoPtr<Poco::AsyncChannel> queue;
};

Log::Log(LogLevel level, const std::string& file, std::size_t queueLines)
    : level_(level), output_(std::make_unique<Output>()) {
    output_->formatter = Poco::AutoPtr<LogFormatter>(new LogFormatter());
    output_->destination = Poco::AutoPtr<Destination>(new Destination(file));
    Poco::AutoPtr<Poco::FormattingChannel> formatted(
        new Poco::FormattingChannel(output_->formatter, output_->destination));
    output_->guard = Poco::AutoPtr<Guard>(new Guard(formatted));
    output_->queue = Poco::AutoPtr<Poco::AsyncChannel>(new Poco::AsyncChannel(output_->guard));
    output_->queue->setProperty("queueSize", std::to_string(queueLines));
    output_->queue->open();
}

Log::~Log() {
    output_->queue->close();
    output_->guard->tellLost();
}

void Log::setShape(LogShape shape) {
    output_->formatter->setShape(shape);
}

Result<void> Log::redirect(LogLevel level, const std::string& file) {
    if (file != output_->destination->file()) {
        Result<void> moved = output_->destination->move(file);
        if (!moved) return moved;
    }
    level_ = level;
    return {};
}

Result<void> Log::reopen() {
    const std::string file = output_->destination->file();
    return file.empty() ? Result<void>() : output_->destination->move(file);
}

void Log::append(LogLevel level, std::string_view who, fmt::string_view format, fmt::format_args args) {
    try {
        put(level, who, fmt::vformat(format, args));
    } catch (const std::exception&) {
        ++lost_;
    }
}

void Log::line(LogLevel level, std::string_view who, std::string_view text, const LogParts& parts) {
    if (!wants(level, who)) return;
    try {
        put(level, who, text, parts.jsonMembers());
    } catch (const std::exception&) {
        ++lost_;
    }
}

/// May throw, for want of memory.
void Log::put(LogLevel level, std::string_view who, std::string_view text, std::string_view parts) {
    output_->queue->log(LogFormatter::message(level, who, text, parts));
    if (const std::size_t lost = lost_.exchange(0); lost > 0)
        output_->queue->log(LogFormatter::message(
            LogLevel::Error, "log", fmt::format("{} lines are lost: there was no memory for them", lost), {}));
}

void Log::about(const std::string& address, const std::string& reason, LogLevel level, std::string_view who,
                std::int64_t nowMs, std::string_view text, const LogParts& parts) {
    const bool isTraced = traced_.includes(who);
    if (!wants(level) && !isTraced) return;
    if (!wants(LogLevel::Info) && !isTraced) {
        const std::lock_guard lock(repeatsMutex_);
        if (!repeats_.at(static_cast<std::size_t>(level)).admit(address, reason, nowMs)) return;
    }
    line(level, who, text, parts);
}

void Log::tellHeldBack(std::int64_t nowMs) {
    for (std::size_t level = 0; level < kLevels; ++level) {
        std::vector<RepeatedLines::HeldBack> heldBack;
        {
            const std::lock_guard lock(repeatsMutex_);
            heldBack = repeats_.at(level).due(nowMs);
        }
        tell(static_cast<LogLevel>(level), heldBack);
    }
}

void Log::tell(LogLevel level, const std::vector<RepeatedLines::HeldBack>& heldBack) {
    for (const auto& [address, reason, count] : heldBack)
        write(level, "repeated", "{} more from {}: {}", count, address.empty() ? "several addresses" : address,
              reason.empty() ? "several reasons" : reason);
}

std::string printable(std::string_view text, std::size_t maxLength) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::max<std::size_t>(utf8Length(text.substr(at)), 1);
        if (at + length > maxLength) return out + "...";
        const std::string_view character = text.substr(at, length);
        at += length;
        if (isHarmless(character) && !isQuoteOrBackslash(character))
            out += character;
        else
            appendEscaped(out, character);
    }
    return out;
}

std::string singleLine(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::string_view character = text.substr(0, std::max<std::size_t>(utf8Length(text), 1));
        text.remove_prefix(character.size());
        if (isHarmless(character))
            out += character;
        else
            appendEscaped(out, character);
    }
    return out;
}

std::string cutSecrets(std::string_view url) {
    std::string shown(url.substr(0, url.find_first_of("?#")));
    const std::size_t scheme = shown.find("://");
    const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
    // The last one: libcurl takes those before it for a part of the password.
    const std::size_t at = shown.substr(0, shown.find('/', host)).rfind('@');
    if (at != std::string::npos && at >= host) shown.erase(host, at + 1 - host);
    return maskSecrets(shown);
}

std::string withoutSecrets(std::string_view url) {
    return printable(cutSecrets(url));
}

} // namespace hookcast::base
