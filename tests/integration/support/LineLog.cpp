#include "support/LineLog.h"

#include <algorithm>
#include <utility>

namespace hookcast::integration {

void LineLog::append(std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            unfinished_ += text.substr(0, end);
            lines_.push_back(std::exchange(unfinished_, {}));
            text.remove_prefix(end + 1);
        }
        unfinished_ += text;
    }
    changed_.notify_all();
}

void LineLog::end() {
    {
        const std::lock_guard lock(mutex_);
        if (!unfinished_.empty()) lines_.push_back(std::exchange(unfinished_, {}));
        ended_ = true;
    }
    changed_.notify_all();
}

std::vector<std::string> LineLog::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

std::size_t LineLog::count() const {
    const std::lock_guard lock(mutex_);
    return lines_.size();
}

std::size_t LineLog::count(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count_if(
        lines_, [text](const std::string& line) { return line.find(text) != std::string::npos; }));
}

std::string LineLog::text(std::size_t most) const {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (std::size_t i = lines_.size() - std::min(most, lines_.size()); i < lines_.size(); ++i) all += lines_[i] + "\n";
    return all;
}

std::optional<std::string> LineLog::waitFor(std::string_view text, std::size_t nth, std::size_t from,
                                            const Deadline& deadline) const {
    std::unique_lock lock(mutex_);
    std::size_t next = from;
    std::size_t found = 0;
    for (;;) {
        for (; next < lines_.size(); ++next) {
            if (lines_[next].find(text) != std::string::npos && ++found == nth) return lines_[next];
        }
        if (ended_ || deadline.passed()) return std::nullopt;
        changed_.wait_for(lock, deadline.left());
    }
}

bool LineLog::waitForEnd(const Deadline& deadline) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, deadline.left(), [this] { return ended_; });
}

} // namespace hookcast::integration
