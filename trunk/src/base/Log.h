#pragma once

#include "base/LogLevel.h"
#include "base/LogParts.h"
#include "base/RepeatedLines.h"
#include "base/Result.h"
#include "base/TracedClients.h"

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::base {

/// The server's log. Lines leave through a bounded queue and a thread of its own, so that no caller waits for a disk
/// or a terminal; what does not fit in the queue is dropped and the number of dropped lines is logged.
///
/// Any thread, from a handler of exceptions too: it throws nothing. What the machine has no memory for is dropped and
/// counted likewise. A line reads `[time][level][who] text`, or is an object of JSON (setShape()); `who` names the
/// client or the part that speaks. A line is written when the log's level wants it, or when `who` is a client that is
/// traced: of such a one, all are.
class Log {
  public:
    static constexpr std::size_t kDefaultQueueLines = 10000;
    static constexpr std::size_t kLevels = 5; ///< without None

    /// Logs to the console (standard output) when `file` is empty, else appends to `file`.
    /// Throws Poco::Exception when the file cannot be opened.
    Log(LogLevel level, const std::string& file, std::size_t queueLines = kDefaultQueueLines);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    template <typename... Args>
    void verbose(std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        write(LogLevel::Verbose, who, format, std::forward<Args>(args)...);
    }
    template <typename... Args>
    void info(std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        write(LogLevel::Info, who, format, std::forward<Args>(args)...);
    }
    template <typename... Args>
    void trace(std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        write(LogLevel::Trace, who, format, std::forward<Args>(args)...);
    }
    template <typename... Args>
    void warn(std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        write(LogLevel::Warn, who, format, std::forward<Args>(args)...);
    }
    template <typename... Args>
    void error(std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        write(LogLevel::Error, who, format, std::forward<Args>(args)...);
    }

    /// `text`, and what a collector may want of it by itself.
    void line(LogLevel level, std::string_view who, std::string_view text, const LogParts& parts);

    /// A line that a stranger at `address` can cause as often as he likes: it is written unless one of the same address
    /// and reason was a moment ago; then it is counted, and tellHeldBack() writes the number. Who logs on the level
    /// info, or traces `who`, wants to see all of them.
    void about(const std::string& address, const std::string& reason, LogLevel level, std::string_view who,
               std::int64_t nowMs, std::string_view text, const LogParts& parts = {});

    /// To be called every second or so; with kAllHeldBack, at the end.
    void tellHeldBack(std::int64_t nowMs);
    static constexpr std::int64_t kAllHeldBack = std::numeric_limits<std::int64_t>::max();

    bool wants(LogLevel level) const {
        const LogLevel least = level_.load(std::memory_order_relaxed);
        return level >= least && least != LogLevel::None;
    }
    bool wants(LogLevel level, std::string_view who) const { return wants(level) || traced_.includes(who); }

    /// Who has a name in the log and may be traced introduces himself before his first line; what he is given lives as
    /// long as he, and the log longer.
    [[nodiscard]] TracedClients::Introduction introduce(TracedClients::Client client) {
        return traced_.introduce(std::move(client));
    }
    [[nodiscard]] TracedClients::Introduction introduceLasting(const TracedClients::Client& client) {
        return traced_.introduceLasting(client);
    }

    /// See TracedClients.
    void traceClients(std::vector<std::string> clients) { traced_.trace(std::move(clients)); }

    /// From the next line on.
    void setShape(LogShape shape);

    /// Goes on with this level and destination, as the constructor takes them. A file that cannot be opened is an
    /// error, and everything stays as it was.
    Result<void> redirect(LogLevel level, const std::string& file);

    /// Opens the file anew, by its name: what was at it may have been moved away. Likewise.
    Result<void> reopen();

  private:
    template <typename... Args>
    void write(LogLevel level, std::string_view who, fmt::format_string<Args...> format, Args&&... args) {
        if (wants(level, who)) append(level, who, format, fmt::make_format_args(args...));
    }

    void append(LogLevel level, std::string_view who, fmt::string_view format, fmt::format_args args);
    void put(LogLevel level, std::string_view who, std::string_view text, std::string_view parts = {});
    void tell(LogLevel level, const std::vector<RepeatedLines::HeldBack>& heldBack);

    std::atomic<LogLevel> level_;
    TracedClients traced_;
    struct Output;
    std::unique_ptr<Output> output_;
    std::atomic<std::size_t> lost_{0}; ///< lines that there was no memory for, and that nobody has been told of
    std::mutex repeatsMutex_;
    std::array<RepeatedLines, kLevels> repeats_; ///< of each level; guarded by repeatsMutex_
};

/// `text` with every byte that could forge or break a log line (control characters, quotes, backslash, what is no
/// UTF-8) escaped, cut to `maxLength` bytes: what a client sent is always logged through this.
std::string printable(std::string_view text, std::size_t maxLength = 200);

/// `text` as one line, with what could forge or break a line escaped but quotes and backslashes: for what we say
/// ourselves, whatever a library's words in it hold.
std::string singleLine(std::string_view text);

/// A URL without what may be secret in it: user information and the query.
std::string cutSecrets(std::string_view url);

/// The same, fit for the log.
std::string withoutSecrets(std::string_view url);

} // namespace hookcast::base
