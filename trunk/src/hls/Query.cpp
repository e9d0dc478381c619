#include "hls/Query.h"

#include "hls/PlaylistText.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hookcast::hls {

namespace {

constexpr std::array<std::string_view, 5> kOurs = {Query::kToken, Query::kSequence, Query::kPart, Query::kSkip,
                                                   kPartParameter};

/// Calls `each` with the name and value of each pair, and the pair itself, until it returns true.
template <typename Each>
void forEachPair(std::string_view text, Each each) {
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (each(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())), pair)) return;
    }
}

/// A wrong number is an error, none is none.
bool readNumber(std::optional<std::string_view> text, std::optional<std::uint64_t>& number) {
    if (!text) return true;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) return false;
    number = value;
    return true;
}

} // namespace

std::optional<std::string_view> Query::find(std::string_view name) const {
    std::optional<std::string_view> found;
    forEachPair(text_, [&](std::string_view key, std::string_view value, std::string_view /*pair*/) {
        if (key == name) found = value;
        return found.has_value();
    });
    return found;
}

std::optional<Query::Delivery> Query::delivery() const {
    Delivery delivery;
    if (!readNumber(find(kSequence), delivery.sequence) || !readNumber(find(kPart), delivery.part)) return std::nullopt;
    if (delivery.part && !delivery.sequence) return std::nullopt;
    return delivery;
}

std::string_view Query::vhost() const {
    std::string_view found;
    forEachPair(text_, [&](std::string_view key, std::string_view value, std::string_view pair) {
        if ((key == "vhost" || key == "domain") && !value.empty()) found = pair;
        return !found.empty();
    });
    return found;
}

std::string Query::own() const {
    std::string own;
    forEachPair(text_, [&](std::string_view key, std::string_view /*value*/, std::string_view pair) {
        if (std::ranges::find(kOurs, key) != kOurs.end() || pair.empty()) return false;
        own += own.empty() ? '?' : '&';
        own += pair;
        return false;
    });
    return own;
}

} // namespace hookcast::hls
