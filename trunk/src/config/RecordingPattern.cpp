#include "config/RecordingPattern.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hookcast::config {

namespace {

constexpr std::string_view kFileInFolder = "/[stream].[timestamp].flv";
constexpr std::size_t kEndingSize = 4;

/// Of [timestamp]: a clock may stand near 1970, or be far ahead.
constexpr std::size_t kMostTimestampDigits = 19;
/// Of the number that a recording gets whose name is taken.
constexpr std::size_t kMostNumberDigits = 4;

/// How many digits stand for a part of the time.
constexpr std::array<std::pair<std::string_view, std::size_t>, 7> kTimes{
    {{"[2006]", 4}, {"[01]", 2}, {"[02]", 2}, {"[15]", 2}, {"[04]", 2}, {"[05]", 2}, {"[999]", 3}}};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digitsAtEnd(std::string_view text) {
    const auto other = std::find_if_not(text.rbegin(), text.rend(), isDigit);
    return static_cast<std::size_t>(other - text.rbegin());
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
    explicit Search(const std::vector<Part>& parts) : parts_(parts) {}

    std::optional<Match> run(std::string_view path) {
        take(parts_.size(), path);
        if (!isMatch_) return std::nullopt;
        return found_.size() == 1 && !isUnknown_ ? Match{found_.front()} : Match{};
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
            if (digitsAtEnd(rest) >= part.digits) take(count - 1, rest.substr(0, rest.size() - part.digits));
            return;
        case Part::Kind::Timestamp:
            takeName(timestamp_, count, rest, std::min(digitsAtEnd(rest), kMostTimestampDigits));
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
    }

    // given
    const std::vector<Part>& parts_;
    // state
    std::optional<std::string_view> app_;
    std::optional<std::string_view> stream_;
    std::optional<std::string_view> timestamp_;
    bool isMatch_ = false;
    bool isUnknown_ = false;
    std::vector<Stream> found_; ///< at most two
};

RecordingPattern::RecordingPattern(std::string_view dvrPath, const std::string& vhost) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(wholeRecordingPath(dvrPath), error);
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
        if (rest.size() == kEndingSize) {
            add({Part::Kind::Number, {}, 0});
            add({Part::Kind::Text, std::string(rest), 0});
            rest = {};
        } else if (takes("[vhost]")) {
            add({Part::Kind::Text, vhost, 0});
        } else if (takes("[app]")) {
            add({Part::Kind::App, {}, 0});
        } else if (takes("[stream]")) {
            add({Part::Kind::Stream, {}, 0});
        } else if (takes("[timestamp]")) {
            add({Part::Kind::Timestamp, {}, 0});
        } else if (time != kTimes.end() && takes(time->first)) {
            add({Part::Kind::Digits, {}, time->second});
        } else {
            add({Part::Kind::Text, std::string(rest.substr(0, 1)), 0});
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
    return Search(parts_).run(path.substr(folder.size()));
}

} // namespace hookcast::config
