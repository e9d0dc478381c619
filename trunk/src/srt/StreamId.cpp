#include "srt/StreamId.h"

#include "base/PercentEncoding.h"
#include "config/VhostConfig.h"
#include "hub/StreamName.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace hookcast::srt {

namespace {

constexpr std::string_view kItemsBegin = "#!::";
constexpr std::string_view kStandardBegin = "#!";

/// The items of `#!::`: those that SRT's access control knows, and the others as they stand.
struct Items {
    std::map<std::string_view, std::string_view> known;
    std::string others; ///< `key=value&key=value`

    std::string_view get(std::string_view key) const {
        const auto found = known.find(key);
        return found == known.end() ? std::string_view() : found->second;
    }
};

bool isKnown(std::string_view key) {
    return key == "h" || key == "r" || key == "m" || key == "t";
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
    return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

std::string_view taken(std::string_view& text, char separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(text.size(), at + 1));
    return part;
}

/// Blanks around keys, values and items, and items of nothing, are what people and programs put between them.
base::Result<Items> readItems(std::string_view text) {
    Items items;
    while (!text.empty()) {
        const std::string_view item = trimmed(taken(text, ','));
        if (item.empty()) continue;
        const std::size_t equals = item.find('=');
        const std::string_view key = trimmed(item.substr(0, equals));
        if (equals == std::string_view::npos || key.empty()) return base::Error{"stream id: an item is no key=value"};
        if (!isKnown(key)) {
            items.others += items.others.empty() ? "" : "&";
            items.others += item;
        } else if (!items.known.emplace(key, trimmed(item.substr(equals + 1))).second) {
            return base::Error{"stream id: a key stands there twice"};
        }
    }
    return items;
}

/// As a player of URLs may have it, who was given it encoded and passes it on: as a whole, or behind the `#!::`.
std::string withoutEncoding(std::string_view text) {
    const bool hasItems = text.starts_with(kItemsBegin);
    const bool readsPlain = hasItems ? text.find('=') != std::string_view::npos : text.starts_with(kStandardBegin);
    if (readsPlain || text.find('%') == std::string_view::npos) return std::string(text);
    const base::Result<std::string> decoded = base::percentDecoded(text);
    if (!decoded || !decoded.value().starts_with(kItemsBegin)) return std::string(text);
    return decoded.value();
}

/// A name that is encoded by itself, up to a query that stands there in the open, which is left as it is.
std::string decodedName(std::string_view name) {
    const std::size_t queryAt = std::min(name.find('?'), name.size());
    const base::Result<std::string> path = base::percentDecoded(name.substr(0, queryAt));
    if (!path) return std::string(name);
    return path.value() + std::string(name.substr(queryAt));
}

Mode modeOf(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "request") return Mode::Request;
    return lower == "publish" ? Mode::Publish : Mode::Other;
}

struct Place {
    std::string host;
    std::string path;  ///< without slashes in front
    std::string query; ///< with its `?`
};

Place placeOf(std::string_view host, std::string_view encoded) {
    const std::string resource = decodedName(encoded);
    const std::size_t queryAt = std::min(resource.find('?'), resource.size());
    const std::size_t pathAt = std::min(resource.find_first_not_of('/'), queryAt);
    return {std::string(host), resource.substr(pathAt, queryAt - pathAt), resource.substr(queryAt)};
}

/// Where there is no `r`, `h` holds all of it: `app/stream` or `VHOST/app/stream`.
Place placeInHost(std::string_view host) {
    Place place = placeOf({}, host);
    const std::size_t first = place.path.find('/');
    if (first == std::string::npos) {
        place.path.clear();
    } else if (place.path.find('/', first + 1) != std::string::npos) {
        place.host = place.path.substr(0, first);
        place.path.erase(0, first + 1);
    }
    return place;
}

/// Finds vhost, application and stream in the way of all protocols.
base::Result<void> settle(const Place& place, std::string_view defaultApp, StreamId& id) {
    if (place.path.empty()) return base::Error{"stream id: it names no stream"};
    if (place.host.find_first_of("/?") != std::string::npos) return base::Error{"stream id: h is no host"};
    std::string url = "srt://";
    url += place.host.empty() ? config::kDefaultVhost : std::string_view(place.host);
    url += '/';
    url += place.path;
    url += place.query;
    const auto parsed = hub::parseStreamUrl(url, hub::PathEncoding::None, defaultApp);
    if (!parsed) return base::Error{"stream id: " + parsed.error().message};
    id.vhost = parsed.value().vhost;
    id.host = place.host;
    id.app = parsed.value().app;
    id.stream = parsed.value().stream;
    id.param = parsed.value().param;
    return {};
}

} // namespace

base::Result<StreamId> parseStreamId(std::string_view text, const StreamIdDefaults& defaults) {
    StreamId id;
    id.text = text.empty() ? defaults.streamId : text;
    id.mode = defaults.mode;
    const std::string plain = withoutEncoding(trimmed(id.text));
    const std::string_view whole = plain;
    Place place;
    if (whole.starts_with(kItemsBegin)) {
        const auto items = readItems(whole.substr(kItemsBegin.size()));
        if (!items) return items.error();
        const Items& found = items.value();
        if (found.known.contains("m")) id.mode = modeOf(found.get("m"));
        if (found.known.contains("t")) id.isStream = found.get("t") == "stream";
        place = found.known.contains("r") ? placeOf(found.get("h"), found.get("r")) : placeInHost(found.get("h"));
        if (!found.others.empty()) place.query += (place.query.empty() ? '?' : '&') + found.others;
    } else if (whole.starts_with(kStandardBegin)) {
        return base::Error{"stream id: of its standard forms only #!:: is known"};
    } else {
        place = placeOf({}, whole);
    }
    if (const auto settled = settle(place, defaults.app, id); !settled) return settled.error();
    return id;
}

} // namespace hookcast::srt
