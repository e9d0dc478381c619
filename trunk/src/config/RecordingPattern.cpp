#include "config/RecordingPattern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::string_view kFileInFolder = "/[stream].[timestamp].flv";
constexpr std::size_t kEndingSize = 4;

/// Of [timestamp]: a clock may stand near 1970, or be far ahead.
constexpr std::size_t kMostTimestampDigits = 19;
/// Of [seq].
constexpr std::size_t kMostSequenceDigits = 20;
/// Of the number that a recording gets whose name is taken.
constexpr std::size_t kMostNumberDigits = 4;

/// How many digits stand for a part of the time.
constexpr std::array<std::pair<std::string_view, std::size_t>, 7> kTimes{
    {{"[2006]", 4}, {"[01]", 2}, {"[02]", 2}, {"[15]", 2}, {"[04]", 2}, {"[05]", 2}, {"[999]", 3}}};
using Times = std::array<std::optional<std::int64_t>, kTimes.size()>; ///< in that order

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digitsAtEnd(std::string_view text) {
    const auto other = std::find_if_not(text.rbegin(), text.rend(), isDigit);
    return static_cast<std::size_t>(other - text.rbegin());
}

std::optional<std::int64_t> numberOf(std::string_view digits) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

/// Nothing unless all is known from the year to the second.
std::optional<std::int64_t> unixMsOf(const Times& times, base::TimeZone zone) {
    constexpr int kFirstYear = 1900;
    if (std::any_of(times.begin(), times.end() - 1, [](const auto& part) { return !part; })) return std::nullopt;
    std::tm parts{};
    parts.tm_year = static_cast<int>(*times[0]) - kFirstYear;
    parts.tm_mon = static_cast<int>(*times[1]) - 1;
    parts.tm_mday = static_cast<int>(*times[2]);
    parts.tm_hour = static_cast<int>(*times[3]);
    parts.tm_min = static_cast<int>(*times[4]);
    parts.tm_sec = static_cast<int>(*times[5]);
    parts.tm_isdst = -1;
    const std::time_t seconds = zone == base::TimeZone::Utc ? ::timegm(&parts) : ::mktime(&parts);
    return seconds * std::int64_t{1000} + times[6].value_or(0);
}

} // namespace

std::string wholeRecordingPath(std::string_view dvrPath) {
    std::string whole(dvrPath);
    if (whole.ends_with(".flv") || whole.ends_with(".mp4")) return whole;
    while (whole.ends_with('/')) whole.pop_back();
    return whole += kFileInFolder;
}

std::string realPathOf(const std::string& path) {
    std::error_code error;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
    if (!error) return real.is_absolute() ? real.string() : std::filesystem::absolute(real).string();
    return std::filesystem::absolute(path, error).lexically_normal().string();
}

/// Reads a path from its end: there the parts are that have one meaning only, and what is left for the names in front
/// of them is found in one pass.
class RecordingPattern::Search {
  public:
    Search(const std::vector<Part>& parts, base::TimeZone zone) : parts_(parts), zone_(zone) {}

    std::optional<Match> run(std::string_view path) {
        take(parts_.size(), path);
        if (!isMatch_) return std::nullopt;
        return found_.size() == 1 && !isUnknown_ ? Match{found_.front(), beganUnixMs_} : Match{};
    }

  private:
    /// Whether the search is over: it is known that the path tells more than one stream, or none.
    bool isDone() const { return found_.size() > 1 || isUnknown_; }

    /// `rest` has to be what the first `count` parts stand for.
    void take(std::size_t count, std::string_view rest) {
        if (isDone()) return;
        if (count == 0) {
            if (rest.empty()) note();
            return;
        }
        const Part& part = parts_[count - 1];
        switch (part.kind) {
        case Part::Kind::Text:
            if (rest.ends_with(part.text)) take(count - 1, rest.substr(0, rest.size() - part.text.size()));
            return;
        case Part::Kind::Digits:
            if (digitsAtEnd(rest) < part.digits) return;
            times_[part.time] = numberOf(rest.substr(rest.size() - part.digits));
            take(count - 1, rest.substr(0, rest.size() - part.digits));
            return;
        case Part::Kind::Timestamp:
            takeName(timestamp_, count, rest, std::min(digitsAtEnd(rest), kMostTimestampDigits));
            return;
        case Part::Kind::Sequence:
            takeName(sequence_, count, rest, std::min(digitsAtEnd(rest), kMostSequenceDigits));
            return;
        case Part::Kind::Duration:
            takeName(duration_, count, rest, std::min(digitsAtEnd(rest), kMostTimestampDigits));
            return;
        case Part::Kind::App: takeName(app_, count, rest, rest.size()); return;
        case Part::Kind::Stream: takeName(stream_, count, rest, rest.size()); return;
        case Part::Kind::Number: takeNumber(count, rest); return;
        }
    }

    /// A part that may be of any length up to `most`, but is the same wherever it stands.
    void takeName(std::optional<std::string_view>& name, std::size_t count, std::string_view rest, std::size_t most) {
        if (name) {
            if (rest.ends_with(*name)) take(count - 1, rest.substr(0, rest.size() - name->size()));
            return;
        }
        const std::optional<std::size_t> before = fixedSizeOf(count - 1);
        if (before && (rest.size() <= *before || rest.size() - *before > most)) return;
        const std::size_t first = before ? rest.size() - *before : 1;
        const std::size_t last = before ? first : most;
        for (std::size_t size = first; size <= last && !isDone(); ++size) {
            name = rest.substr(rest.size() - size);
            take(count - 1, rest.substr(0, rest.size() - size));
        }
        name.reset();
    }

    void takeNumber(std::size_t count, std::string_view rest) {
        take(count - 1, rest);
        const std::size_t digits = digitsAtEnd(rest);
        for (std::size_t size = 1; size <= std::min(digits, kMostNumberDigits); ++size) {
            const std::string_view before = rest.substr(0, rest.size() - size);
            if (before.ends_with('-') && rest[before.size()] != '0')
                take(count - 1, before.substr(0, before.size() - 1));
        }
    }

    /// How long the first `count` parts are, where that is known.
    std::optional<std::size_t> fixedSizeOf(std::size_t count) const {
        std::size_t size = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (parts_[i].kind != Part::Kind::Text && parts_[i].kind != Part::Kind::Digits) return std::nullopt;
            size += parts_[i].text.size() + parts_[i].digits;
        }
        return size;
    }

    void note() {
        isMatch_ = true;
        if (!app_ || !stream_) {
            isUnknown_ = true;
            return;
        }
        const std::string whole = std::string(*app_) + '/' + std::string(*stream_);
        const std::size_t slash = whole.rfind('/');
        Stream stream{whole.substr(0, slash), whole.substr(slash + 1)};
        if (std::ranges::find(found_, stream) == found_.end()) found_.push_back(std::move(stream));
        beganUnixMs_ = timestamp_ ? numberOf(*timestamp_) : unixMsOf(times_, zone_);
    }

    // given
    const std::vector<Part>& parts_;
    base::TimeZone zone_;
    // state
    Times times_{};
    std::optional<std::int64_t> beganUnixMs_;
    std::optional<std::string_view> app_;
    std::optional<std::string_view> stream_;
    std::optional<std::string_view> timestamp_;
    std::optional<std::string_view> sequence_;
    std::optional<std::string_view> duration_;
    bool isMatch_ = false;
    bool isUnknown_ = false;
    std::vector<Stream> found_; ///< at most two
};

RecordingPattern::RecordingPattern(std::string_view dvrPath, const std::string& vhost, base::TimeZone zone)
    : RecordingPattern(wholeRecordingPath(dvrPath), vhost, zone, Numbers::Added) {}

RecordingPattern RecordingPattern::ofFile(std::string_view pattern, const std::string& vhost) {
    return {pattern, vhost, base::TimeZone::Local, Numbers::Never};
}

RecordingPattern::RecordingPattern(std::string_view pattern, const std::string& vhost, base::TimeZone zone,
                                   Numbers numbers)
    : zone_(zone) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(pattern, error);
    const std::string whole = absolute.lexically_normal().string();
    // Up to the first bracket, as brackets that are no variable do no harm here.
    const std::size_t folderSize = whole.rfind('/', whole.find('[')) + 1;
    folder_ = whole.substr(0, folderSize);
    std::string_view rest = std::string_view(whole).substr(folderSize);
    const auto add = [this](Part part) {
        const bool joins = part.kind == Part::Kind::Text && !parts_.empty() && parts_.back().kind == Part::Kind::Text;
        if (joins)
            parts_.back().text += part.text;
        else
            parts_.push_back(std::move(part));
    };
    const auto takes = [&rest](std::string_view variable) {
        if (!rest.starts_with(variable)) return false;
        rest.remove_prefix(variable.size());
        return true;
    };
    while (!rest.empty()) {
        const auto time = std::ranges::find_if(kTimes, [&](const auto& one) { return rest.starts_with(one.first); });
        if (numbers == Numbers::Added && rest.size() == kEndingSize) {
            add({Part::Kind::Number});
            add({Part::Kind::Text, std::string(rest)});
            rest = {};
        } else if (takes("[vhost]")) {
            add({Part::Kind::Text, vhost});
        } else if (takes("[app]")) {
            add({Part::Kind::App});
        } else if (takes("[stream]")) {
            add({Part::Kind::Stream});
        } else if (takes("[timestamp]")) {
            add({Part::Kind::Timestamp});
        } else if (numbers == Numbers::Never && takes("[seq]")) {
            add({Part::Kind::Sequence});
        } else if (numbers == Numbers::Never && takes("[duration]")) {
            add({Part::Kind::Duration});
        } else if (time != kTimes.end() && takes(time->first)) {
            add({Part::Kind::Digits, {}, time->second, static_cast<std::size_t>(time - kTimes.begin())});
        } else {
            add({Part::Kind::Text, std::string(rest.substr(0, 1))});
            rest.remove_prefix(1);
        }
    }
}

bool RecordingPattern::namesStreams() const {
    const auto has = [this](Part::Kind kind) {
        return std::ranges::any_of(parts_, [kind](const Part& part) { return part.kind == kind; });
    };
    return has(Part::Kind::App) && has(Part::Kind::Stream);
}

std::optional<RecordingPattern::Match> RecordingPattern::match(std::string_view path) const {
    if (!path.ends_with(ending())) return std::nullopt;
    std::string folder = realPathOf(folder_);
    if (!folder.ends_with('/')) folder += '/';
    if (!path.starts_with(folder)) return std::nullopt;
    return Search(parts_, zone_).run(path.substr(folder.size()));
}

} // namespace hookcast::config
