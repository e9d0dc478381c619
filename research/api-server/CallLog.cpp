#include "api-server/CallLog.h"

#include "base/Log.h"

#include <Poco/String.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <climits>
#include <cstddef>
#include <string>

namespace hookcast::mock {

namespace {

constexpr std::size_t kMaxLineBytes = 1900;
constexpr std::size_t kMaxNoticeBytes = 128;
static_assert(2 * kMaxLineBytes + kMaxNoticeBytes <= PIPE_BUF,
              "a writable pipe takes PIPE_BUF bytes at once (pipe(7)), so a pair that fits never blocks");

/// base::printable() but for the quotes and backslashes, which JSON is made of.
std::string printableJson(std::string_view text) {
    std::string out;
    while (!text.empty() && out.size() <= kMaxLineBytes) {
        const std::size_t plain = std::min(text.find_first_of("\"\\"), text.size());
        out += base::printable(text.substr(0, plain), kMaxLineBytes);
        text.remove_prefix(plain);
        if (text.empty()) break;
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

std::string cut(std::string line) {
    constexpr std::string_view kMark = "...\n";
    if (line.size() > kMaxLineBytes) {
        line.resize(kMaxLineBytes - kMark.size());
        line += kMark;
    }
    return line;
}

} // namespace

void CallLog::write(std::string_view endpoint, const Request& request, std::string_view summary, const Answer& answer,
                    const std::tm& now) {
    if (fd_ < 0) return;
    const std::string prefix = fmt::format("[{:%Y-%m-%d %H:%M:%S}][trace] ", now);
    const std::string target = request.query.empty() ? request.path : request.path + "?" + request.query;
    const std::string result =
        answer.dropped ? "- - (dropped)" : fmt::format("{} {}", answer.status, answer.body.size());
    const std::string first = cut(fmt::format("{}{} to {}, req={}\n", prefix, Poco::toLower(request.method), endpoint,
                                              printableJson(request.body)));
    const std::string second = cut(
        fmt::format("{}{} {} - - [{:%d/%b/%Y:%H:%M:%S}] \"{} {} {}\" {} \"{}\" \"{}\"\n", prefix, summary,
                    request.clientAddress, now, base::printable(request.method), base::printable(target),
                    base::printable(request.version), result, base::printable(headerValue(request.headers, "referer")),
                    base::printable(headerValue(request.headers, "user-agent"))));

    const std::scoped_lock lock(mutex_);
    if (!canTakeLines()) {
        ++droppedCalls_;
        return;
    }
    std::string lines = first + second;
    if (droppedCalls_ > 0)
        lines.insert(0,
                     fmt::format("{}the log of {} calls was dropped: its reader is too slow\n", prefix, droppedCalls_));
    if (::write(fd_, lines.data(), lines.size()) < 0)
        ++droppedCalls_;
    else
        droppedCalls_ = 0;
}

bool CallLog::canTakeLines() const {
    pollfd output{fd_, POLLOUT, 0};
    return ::poll(&output, 1, 0) > 0 && (output.revents & POLLOUT) != 0;
}

} // namespace hookcast::mock
