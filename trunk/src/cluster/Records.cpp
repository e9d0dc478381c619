#include "cluster/Records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace hookcast::cluster {

namespace {

constexpr std::string_view kNobody = "-";
/// In the order of StreamRecord::State.
constexpr std::array<std::string_view, 3> kStates = {"asked", "live", "stale"};

std::string_view orNobody(std::string_view name) {
    return name.empty() ? kNobody : name;
}

std::string named(std::string_view word) {
    return word == kNobody ? std::string() : std::string(word);
}

/// Exactly so many words with one blank between each two; none of them empty.
template <std::size_t count>
std::optional<std::array<std::string_view, count>> wordsOf(std::string_view text) {
    std::array<std::string_view, count> words;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = i + 1 < count ? text.find(' ') : text.size();
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        words[i] = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (words.back().find(' ') != std::string_view::npos) return std::nullopt;
    return words;
}

template <typename Number>
bool readNumber(std::string_view word, Number& number) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc() && end == word.data() + word.size();
}

} // namespace

std::string nodeField(std::string_view node) {
    return fmt::format("{}{}", kNodePrefix, node);
}

std::string captureField(std::string_view capture) {
    return fmt::format("{}{}", kCapturePrefix, capture);
}

std::string streamField(const hooks::StreamKey& stream) {
    return fmt::format("{}{}", kStreamPrefix, stream.text());
}

/// A vhost's name and a stream's have no slash.
std::optional<hooks::StreamKey> streamOf(std::string_view field) {
    if (!field.starts_with(kStreamPrefix)) return std::nullopt;
    field.remove_prefix(kStreamPrefix.size());
    const std::size_t first = field.find('/');
    const std::size_t last = field.rfind('/');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    return hooks::StreamKey{std::string(field.substr(0, first)), std::string(field.substr(first + 1, last - first - 1)),
                            std::string(field.substr(last + 1))};
}

std::string NodeRecord::text() const {
    return fmt::format("{} {} {} {} {} {} {}", incarnation, beat, inputKbps, maxCaptures, maxInputKbps,
                       hasLeft ? "left" : "here", orNobody(address));
}

std::optional<NodeRecord> NodeRecord::read(std::string_view text) {
    const auto words = wordsOf<7>(text);
    if (!words) return std::nullopt;
    NodeRecord record;
    record.incarnation = (*words)[0];
    record.hasLeft = (*words)[5] == "left";
    record.address = named((*words)[6]);
    const bool isGood = readNumber((*words)[1], record.beat) && readNumber((*words)[2], record.inputKbps) &&
                        readNumber((*words)[3], record.maxCaptures) && readNumber((*words)[4], record.maxInputKbps) &&
                        (record.hasLeft || (*words)[5] == "here");
    return isGood ? std::optional(record) : std::nullopt;
}

std::string CaptureRecord::text() const {
    return fmt::format("{} {} {} {}", orNobody(owner), orNobody(incarnation), fence, orNobody(from));
}

std::optional<CaptureRecord> CaptureRecord::read(std::string_view text) {
    const auto words = wordsOf<4>(text);
    if (!words) return std::nullopt;
    CaptureRecord record{named((*words)[0]), named((*words)[1]), 0, named((*words)[3])};
    return readNumber((*words)[2], record.fence) ? std::optional(record) : std::nullopt;
}

std::string StreamRecord::text() const {
    return fmt::format("{} {} {} {} {}", owner, incarnation, fence, sinceMs,
                       kStates.at(static_cast<std::size_t>(state)));
}

std::optional<StreamRecord> StreamRecord::read(std::string_view text) {
    const auto words = wordsOf<5>(text);
    if (!words) return std::nullopt;
    StreamRecord record{std::string((*words)[0]), std::string((*words)[1])};
    const auto* const state = std::ranges::find(kStates, (*words)[4]);
    if (state == kStates.end()) return std::nullopt;
    record.state = static_cast<State>(state - kStates.begin());
    const bool isGood = readNumber((*words)[2], record.fence) && readNumber((*words)[3], record.sinceMs);
    return isGood ? std::optional(record) : std::nullopt;
}

} // namespace hookcast::cluster
