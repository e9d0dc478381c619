#include "srt/StreamId.h"

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

base::Result<Items> readItems(std::string_view text) {
    Items items;
    while (true) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, comma);
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos || equals == 0) return base::Error{"stream id: an item is no key=value"};
        const std::string_view key = item.substr(0, equals);
        if (!isKnown(key)) {
            items.others += items.others.empty() ? "" : "&";
            items.others += item;
        } else if (!items.known.emplace(key, item.substr(equals + 1)).second) {
            return base::Error{"stream id: a key stands there twice"};
        }
        if (comma == text.size()) return items;
        text.remove_prefix(comma + 1);
    }
}

Mode modeOf(std::string_view word) {
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "request") return Mode::Request;
    return lower == "publish" ? Mode::Publish : Mode::Other;
}

struct Place {
    std::string_view host;
    std::string_view path; ///< without slashes in front
    std::string query;     ///< with its `?`
};

Place placeOf(std::string_view host, std::string_view resource) {
    const std::size_t queryAt = std::min(resource.find('?'), resource.size());
    Place place{host, resource.substr(0, queryAt), std::string(resource.substr(queryAt))};
    while (place.path.starts_with('/')) place.path.remove_prefix(1);
    return place;
}

/// Where there is no `r`, `h` holds all of it: `app/stream` or `VHOST/app/stream`.
Place placeInHost(std::string_view host) {
    Place place = placeOf({}, host);
    const std::size_t first = place.path.find('/');
    if (first == std::string_view::npos) {
        place.path = {};
    } else if (place.path.find('/', first + 1) != std::string_view::npos) {
        place.host = place.path.substr(0, first);
        place.path.remove_prefix(first + 1);
    }
    return place;
}

/// Finds vhost, application and stream in the way of all protocols.
base::Result<void> settle(const Place& place, std::string_view defaultApp, StreamId& id) {
    if (place.path.empty()) return base::Error{"stream id: it names no stream"};
    if (place.host.find_first_of("/?") != std::string_view::npos) return base::Error{"stream id: h is no host"};
    std::string url = "srt://";
    url += place.host.empty() ? config::kDefaultVhost : place.host;
    url += '/';
    if (place.path.find('/') == std::string_view::npos) {
        url += defaultApp;
        url += '/';
    }
    url += place.path;
    url += place.query;
    const auto parsed = hub::parseStreamUrl(url, hub::PathEncoding::None);
    if (!parsed) return base::Error{"stream id: " + parsed.error().message};
    id.vhost = parsed.value().vhost;
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
    const std::string_view whole = id.text;
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
