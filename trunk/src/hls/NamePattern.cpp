#include "hls/NamePattern.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::hls {

namespace {

/// All that is digits in a name.
constexpr std::array<std::string_view, 10> kNumbers = {"[seq]", "[duration]", "[timestamp]", "[2006]", "[01]",
                                                       "[02]",  "[15]",       "[04]",        "[05]",   "[999]"};

constexpr std::size_t kMostDigits = 20;

/// How long a search may take: patterns with many variables have as many readings as somebody who asks for a path of
/// their separators likes.
constexpr std::size_t kMostSteps = 20'000;

std::size_t digitsAtFront(std::string_view text) {
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, isDigit) - text.begin());
}

} // namespace

/// Tries all readings, the longest names first, until one fits.
class NamePattern::Search {
  public:
    explicit Search(const std::vector<Part>& parts) : parts_(parts) {}

    bool run(std::string_view path) { return take(0, path); }

    const std::optional<std::string_view>& app() const { return app_; }
    const std::optional<std::string_view>& stream() const { return stream_; }

  private:
    /// `rest` has to be what the parts from `at` on stand for.
    bool take(std::size_t at, std::string_view rest) {
        if (++steps_ > kMostSteps) return false;
        if (at == parts_.size()) return rest.empty();
        const Part& part = parts_[at];
        switch (part.kind) {
        case Part::Kind::Text: return rest.starts_with(part.text) && take(at + 1, rest.substr(part.text.size()));
        case Part::Kind::App: return takeName(app_, at, rest, rest.size());
        case Part::Kind::Stream: return takeName(stream_, at, rest, std::min(rest.find('/'), rest.size()));
        case Part::Kind::Digits:
            for (std::size_t size = std::min(digitsAtFront(rest), kMostDigits); size > 0; --size)
                if (take(at + 1, rest.substr(size))) return true;
            return false;
        }
        return false;
    }

    /// It is the same wherever it stands.
    bool takeName(std::optional<std::string_view>& name, std::size_t at, std::string_view rest, std::size_t most) {
        if (name) return rest.starts_with(*name) && take(at + 1, rest.substr(name->size()));
        for (std::size_t size = most; size > 0; --size) {
            name = rest.substr(0, size);
            if (!name->starts_with('/') && !name->ends_with('/') && take(at + 1, rest.substr(size))) return true;
        }
        name.reset();
        return false;
    }

    // given
    const std::vector<Part>& parts_;
    // state
    std::size_t steps_ = 0;
    std::optional<std::string_view> app_;
    std::optional<std::string_view> stream_;
};

NamePattern::NamePattern(std::string_view pattern, std::string_view vhost) {
    while (pattern.starts_with('/') || pattern.starts_with("./")) pattern.remove_prefix(pattern.find('/') + 1);
    const auto takes = [&pattern](std::string_view variable) {
        if (!pattern.starts_with(variable)) return false;
        pattern.remove_prefix(variable.size());
        return true;
    };
    const auto addText = [this](std::string_view text) {
        if (parts_.empty() || parts_.back().kind != Part::Kind::Text) parts_.push_back({Part::Kind::Text, {}});
        parts_.back().text += text;
    };
    while (!pattern.empty()) {
        if (std::ranges::any_of(kNumbers, takes)) {
            parts_.push_back({Part::Kind::Digits, {}});
        } else if (takes("[app]")) {
            parts_.push_back({Part::Kind::App, {}});
        } else if (takes("[stream]")) {
            parts_.push_back({Part::Kind::Stream, {}});
        } else if (takes("[vhost]")) {
            addText(vhost);
        } else {
            addText(pattern.substr(0, 1));
            pattern.remove_prefix(1);
        }
    }
}

bool NamePattern::has(Part::Kind kind) const {
    return std::ranges::any_of(parts_, [kind](const Part& part) { return part.kind == kind; });
}

bool NamePattern::namesStreams() const {
    return has(Part::Kind::App) && has(Part::Kind::Stream);
}

std::optional<hooks::StreamPath> NamePattern::match(std::string_view path) const {
    Search search(parts_);
    if (!search.run(path) || !search.app() || !search.stream()) return std::nullopt;
    return hooks::StreamPath{std::string(*search.app()), std::string(*search.stream())};
}

bool NamePattern::couldBe(std::string_view path) const {
    return Search(parts_).run(path);
}

} // namespace hookcast::hls
