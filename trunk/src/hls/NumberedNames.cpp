#include "hls/NumberedNames.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace hookcast::hls {

namespace {

constexpr std::string_view kNumber = "[seq]";

/// Each stands for a name, the same wherever it stands in one file's.
constexpr std::array<std::string_view, 3> kNames = {"[vhost]", "[app]", "[stream]"};

/// Each is another one with each segment, or is some day.
constexpr std::array<std::string_view, 9> kTimes = {"[duration]", "[timestamp]", "[2006]", "[01]", "[02]",
                                                    "[15]",       "[04]",        "[05]",   "[999]"};

/// Names without text between them can be told apart in as many ways as somebody's stream is called.
constexpr int kMostSteps = 20'000;

/// Reads a name by its pattern.
class Reading {
  public:
    explicit Reading(std::string number) : number_(std::move(number)) {}

    bool run(std::string_view pattern, std::string_view name) {
        pieces_ = {{}};
        return take(pattern, name);
    }

    std::vector<std::string> takePieces() { return std::move(pieces_); }

  private:
    bool take(std::string_view pattern, std::string_view name) {
        if (++steps_ > kMostSteps) return false;
        if (pattern.empty()) return name.empty();
        if (pattern.starts_with(kNumber)) return takeNumber(pattern.substr(kNumber.size()), name);
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (pattern.starts_with(kNames[i])) return takeName(i, pattern.substr(kNames[i].size()), name);
        return name.starts_with(pattern.front()) && takeText(pattern.substr(1), name, 1);
    }

    /// The first `size` characters of the name belong to the piece.
    bool takeText(std::string_view pattern, std::string_view name, std::size_t size) {
        pieces_.back() += name.substr(0, size);
        if (take(pattern, name.substr(size))) return true;
        pieces_.back().resize(pieces_.back().size() - size);
        return false;
    }

    bool takeNumber(std::string_view pattern, std::string_view name) {
        if (!name.starts_with(number_)) return false;
        pieces_.emplace_back();
        if (take(pattern, name.substr(number_.size()))) return true;
        pieces_.pop_back();
        return false;
    }

    bool takeName(std::size_t which, std::string_view pattern, std::string_view name) {
        std::optional<std::string_view>& known = known_[which];
        if (known) return name.starts_with(*known) && takeText(pattern, name, known->size());
        // A stream's name has no slash (hooks::readStreamPath()).
        const std::size_t most = kNames[which] == "[stream]" ? std::min(name.find('/'), name.size()) : name.size();
        for (std::size_t size = most; size > 0; --size) {
            known = name.substr(0, size);
            if (takeText(pattern, name, size)) return true;
        }
        known.reset();
        return false;
    }

    // given
    std::string number_;
    // state
    std::array<std::optional<std::string_view>, kNames.size()> known_;
    std::vector<std::string> pieces_;
    int steps_ = 0;
};

bool isNumbered(const Segment& segment, const std::vector<std::string>& pieces) {
    const std::string number = std::to_string(segment.sequence);
    std::string name = pieces.front();
    for (std::size_t i = 1; i < pieces.size(); ++i) name += number + pieces[i];
    return name == segment.name;
}

} // namespace

std::optional<std::vector<std::string>> piecesAroundNumber(std::string_view pattern,
                                                           std::span<const SegmentPtr> segments) {
    const auto isInPattern = [pattern](std::string_view variable) {
        return pattern.find(variable) != std::string_view::npos;
    };
    if (!isInPattern(kNumber) || std::ranges::any_of(kTimes, isInPattern)) return std::nullopt;
    while (pattern.starts_with('/') || pattern.starts_with("./")) pattern.remove_prefix(pattern.find('/') + 1);
    const Segment& newest = *segments.back();
    Reading reading(std::to_string(newest.sequence));
    if (!reading.run(pattern, newest.name)) return std::nullopt;
    std::vector<std::string> pieces = reading.takePieces();
    const auto fits = [&](const SegmentPtr& segment) { return isNumbered(*segment, pieces); };
    if (!std::ranges::all_of(segments, fits)) return std::nullopt;
    return pieces;
}

} // namespace hookcast::hls
