#include "shared/HlsPlaylist.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <functional>
#include <set>
#include <system_error>

namespace hookcast::support {

namespace {

std::optional<double> decimalOf(std::string_view text) {
    const bool hasForm = !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!hasForm || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool isName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// ISO 8601 with a time zone, in ms since 1970; nothing for anything else.
std::optional<std::int64_t> dateOf(const std::string& text) {
    std::tm time{};
    const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
    if (rest == nullptr) return std::nullopt;
    double fraction = 0;
    if (*rest == '.') {
        const std::size_t length = std::string_view(rest + 1).find_first_not_of("0123456789");
        const std::string digits(rest, length == std::string_view::npos ? 0 : length + 1);
        if (digits.size() < 2) return std::nullopt;
        fraction = std::stod("0" + digits);
        rest += digits.size();
    }
    const std::string_view zone(rest);
    std::int64_t offsetS = 0;
    if (zone != "Z") {
        const bool hasForm = (zone.size() == 6 && zone[3] == ':') || zone.size() == 5;
        if (!hasForm || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
        const auto hours = hlsInteger(zone.substr(1, 2));
        const auto minutes = hlsInteger(zone.substr(zone.size() - 2));
        if (!hours || !minutes) return std::nullopt;
        offsetS = static_cast<std::int64_t>(*hours * 3600 + *minutes * 60) * (zone[0] == '-' ? -1 : 1);
    }
    return (::timegm(&time) - offsetS) * 1000 + std::lround(fraction * 1000);
}

/// Reads a media playlist line by line.
class Reader {
  public:
    explicit Reader(Violations& violations) : violations_(violations) {}

    void read(const std::string& line) {
        if (line.empty()) return;
        if (!line.starts_with("#")) return takeUri(line);
        if (!line.starts_with("#EXT")) return;
        const std::size_t colon = line.find(':');
        const std::string tag = line.substr(1, colon == std::string::npos ? colon : colon - 1);
        const std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
        const auto found = handlers().find(tag);
        if (found == handlers().end()) return complain("{} is no tag of a media playlist", tag);
        static const std::set<std::string> kMany = {
            "EXTINF",          "EXT-X-DISCONTINUITY", "EXT-X-PROGRAM-DATE-TIME", "EXT-X-MAP", "EXT-X-KEY", "EXT-X-PART",
            "EXT-X-BYTERANGE", "EXT-X-PRELOAD-HINT",  "EXT-X-RENDITION-REPORT",  "EXT-X-GAP"};
        if (!kMany.contains(tag) && !seen_.insert(tag).second) complain("{} stands there twice", tag);
        found->second(*this, value);
    }

    HlsPlaylist finish() {
        if (duration_) complain("an EXTINF has no segment");
        if (!next_.parts.empty()) {
            number(next_);
            playlist_.open = std::move(next_);
        }
        return std::move(playlist_);
    }

  private:
    using Handler = std::function<void(Reader&, const std::string&)>;

    template <typename... Values>
    void complain(fmt::format_string<Values...> form, Values&&... values) {
        violations_.push_back(fmt::format(form, std::forward<Values>(values)...));
    }

    void need(unsigned version, const char* what) {
        if (version <= playlist_.neededVersion) return;
        playlist_.neededVersion = version;
        playlist_.neededBy = what;
    }

    std::uint64_t integer(const char* tag, const std::string& value) {
        const auto read = hlsInteger(value);
        if (!read) complain("{} has no decimal integer: {}", tag, value);
        return read.value_or(0);
    }

    void flag(const char* tag, const std::string& value) {
        if (!value.empty()) complain("{} has a value: {}", tag, value);
    }

    void beforeSegments(const char* tag) {
        if (!playlist_.segments.empty() || !next_.parts.empty()) complain("{} stands behind a segment", tag);
    }

    void number(HlsSegment& segment) {
        segment.sequence = playlist_.nextSequence();
        segment.discontinuities = playlist_.discontinuitySequence + discontinuities_;
        segment.map = map_;
        segment.key = key_;
    }

    void takeUri(const std::string& uri) {
        if (uri.find_first_of(" \t\"") != std::string::npos) complain("a URI has white space or quotes: {}", uri);
        if (!duration_) complain("{} has no EXTINF", uri);
        next_.uri = uri;
        next_.durationS = duration_.value_or(0);
        number(next_);
        playlist_.segments.push_back(std::move(next_));
        next_ = {};
        duration_.reset();
    }

    void takeInf(const std::string& value) {
        const std::size_t comma = value.find(',');
        if (comma == std::string::npos) complain("EXTINF has no comma: {}", value);
        const std::string digits = value.substr(0, comma);
        const auto seconds = decimalOf(digits);
        if (!seconds || *seconds < 0) complain("EXTINF has no duration: {}", value);
        if (duration_) complain("EXTINF stands there twice for one segment");
        if (digits.find('.') != std::string::npos) need(3, "a duration with a fraction");
        duration_ = seconds.value_or(0);
    }

    void takeDiscontinuity(const std::string& value) {
        flag("EXT-X-DISCONTINUITY", value);
        if (next_.isDiscontinuous) complain("EXT-X-DISCONTINUITY stands there twice for one segment");
        if (!next_.parts.empty()) complain("EXT-X-DISCONTINUITY stands behind a part of its segment");
        next_.isDiscontinuous = true;
        ++discontinuities_;
    }

    void takeDate(const std::string& value) {
        next_.dateMs = dateOf(value);
        if (!next_.dateMs) complain("EXT-X-PROGRAM-DATE-TIME is no date with a time zone: {}", value);
    }

    void takeMap(const std::string& value) {
        const HlsAttributes map = HlsAttributes::parse(value, violations_);
        if (!map.isQuoted("URI") || map.text("URI").empty()) complain("EXT-X-MAP has no URI: {}", value);
        map_ = map.text("URI");
        need(6, "EXT-X-MAP");
    }

    void takeKey(const std::string& value) {
        const HlsAttributes key = HlsAttributes::parse(value, violations_);
        const std::string method = key.text("METHOD");
        if (method != "NONE" && method != "AES-128" && method != "SAMPLE-AES")
            complain("EXT-X-KEY has no METHOD that is known: {}", value);
        if (method == "NONE" && key.size() != 1) complain("EXT-X-KEY with METHOD=NONE has more: {}", value);
        if (method != "NONE" && (!key.isQuoted("URI") || key.text("URI").empty()))
            complain("EXT-X-KEY has no URI: {}", value);
        if (key.has("IV")) {
            const std::string iv = key.text("IV");
            const bool isHex = (iv.starts_with("0x") || iv.starts_with("0X")) && iv.size() == 34 &&
                               iv.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
            if (!isHex || key.isQuoted("IV")) complain("EXT-X-KEY's IV is not 128 bits: {}", value);
            need(2, "an IV of EXT-X-KEY");
        }
        if (key.has("KEYFORMAT") || key.has("KEYFORMATVERSIONS")) need(5, "KEYFORMAT");
        key_ = method == "NONE" ? "" : value;
    }

    void takePart(const std::string& value) {
        const HlsAttributes attributes = HlsAttributes::parse(value, violations_);
        HlsPart part;
        part.uri = attributes.text("URI");
        if (!attributes.isQuoted("URI") || part.uri.empty()) complain("EXT-X-PART has no URI: {}", value);
        const auto duration = attributes.number("DURATION");
        if (!duration || *duration <= 0) complain("EXT-X-PART has no DURATION: {}", value);
        part.durationS = duration.value_or(0);
        for (const char* name : {"INDEPENDENT", "GAP"})
            if (attributes.has(name) && !attributes.isYes(name)) complain("EXT-X-PART's {} is not YES", name);
        part.isIndependent = attributes.isYes("INDEPENDENT");
        part.isGap = attributes.isYes("GAP");
        next_.parts.push_back(std::move(part));
    }

    void takeSkip(const std::string& value) {
        const HlsAttributes skip = HlsAttributes::parse(value, violations_);
        const auto skipped = hlsInteger(skip.text("SKIPPED-SEGMENTS"));
        if (!skipped || *skipped == 0) complain("EXT-X-SKIP has no SKIPPED-SEGMENTS: {}", value);
        beforeSegments("EXT-X-SKIP");
        playlist_.skipped = skipped.value_or(0);
        need(9, "EXT-X-SKIP");
    }

    void takePartInf(const std::string& value) {
        playlist_.partTargetS = HlsAttributes::parse(value, violations_).number("PART-TARGET");
        if (!playlist_.partTargetS) complain("EXT-X-PART-INF has no PART-TARGET: {}", value);
    }

    void takeType(const std::string& value) {
        if (value != "VOD" && value != "EVENT") complain("EXT-X-PLAYLIST-TYPE is neither VOD nor EVENT: {}", value);
        playlist_.type = value;
    }

    static const std::map<std::string, Handler>& handlers();

    // given
    Violations& violations_;
    // state
    HlsPlaylist playlist_;
    HlsSegment next_;
    std::optional<double> duration_;
    std::uint64_t discontinuities_ = 0;
    std::string map_;
    std::string key_;
    std::set<std::string> seen_;
};

const std::map<std::string, Reader::Handler>& Reader::handlers() {
    using Text = const std::string&;
    static const std::map<std::string, Handler> kHandlers = {
        {"EXTM3U", [](Reader& r, Text) { r.complain("EXTM3U stands there twice"); }},
        {"EXT-X-VERSION",
         [](Reader& r, Text v) { r.playlist_.version = static_cast<unsigned>(r.integer("EXT-X-VERSION", v)); }},
        {"EXT-X-TARGETDURATION",
         [](Reader& r, Text v) {
             r.playlist_.targetDurationS = r.integer("EXT-X-TARGETDURATION", v);
             if (*r.playlist_.targetDurationS == 0) r.complain("EXT-X-TARGETDURATION is 0");
         }},
        {"EXT-X-MEDIA-SEQUENCE",
         [](Reader& r, Text v) {
             r.beforeSegments("EXT-X-MEDIA-SEQUENCE");
             r.playlist_.mediaSequence = r.integer("EXT-X-MEDIA-SEQUENCE", v);
         }},
        {"EXT-X-DISCONTINUITY-SEQUENCE",
         [](Reader& r, Text v) {
             r.beforeSegments("EXT-X-DISCONTINUITY-SEQUENCE");
             if (r.next_.isDiscontinuous) r.complain("EXT-X-DISCONTINUITY-SEQUENCE stands behind EXT-X-DISCONTINUITY");
             r.playlist_.discontinuitySequence = r.integer("EXT-X-DISCONTINUITY-SEQUENCE", v);
         }},
        {"EXT-X-INDEPENDENT-SEGMENTS",
         [](Reader& r, Text v) {
             r.flag("EXT-X-INDEPENDENT-SEGMENTS", v);
             r.playlist_.hasIndependentSegments = true;
         }},
        {"EXT-X-ENDLIST",
         [](Reader& r, Text v) {
             r.flag("EXT-X-ENDLIST", v);
             r.playlist_.hasEnded = true;
         }},
        {"EXT-X-PLAYLIST-TYPE", [](Reader& r, Text v) { r.takeType(v); }},
        {"EXT-X-PART-INF", [](Reader& r, Text v) { r.takePartInf(v); }},
        {"EXT-X-SERVER-CONTROL",
         [](Reader& r, Text v) { r.playlist_.serverControl = HlsAttributes::parse(v, r.violations_); }},
        {"EXT-X-START", [](Reader& r, Text v) { HlsAttributes::parse(v, r.violations_); }},
        {"EXT-X-ALLOW-CACHE", [](Reader& r, Text) { r.complain("EXT-X-ALLOW-CACHE was taken back with version 7"); }},
        {"EXTINF", [](Reader& r, Text v) { r.takeInf(v); }},
        {"EXT-X-DISCONTINUITY", [](Reader& r, Text v) { r.takeDiscontinuity(v); }},
        {"EXT-X-PROGRAM-DATE-TIME", [](Reader& r, Text v) { r.takeDate(v); }},
        {"EXT-X-MAP", [](Reader& r, Text v) { r.takeMap(v); }},
        {"EXT-X-KEY", [](Reader& r, Text v) { r.takeKey(v); }},
        {"EXT-X-PART", [](Reader& r, Text v) { r.takePart(v); }},
        {"EXT-X-BYTERANGE", [](Reader& r, Text) { r.need(4, "EXT-X-BYTERANGE"); }},
        {"EXT-X-GAP",
         [](Reader& r, Text v) {
             r.flag("EXT-X-GAP", v);
             r.next_.isGap = true;
         }},
        {"EXT-X-SKIP", [](Reader& r, Text v) { r.takeSkip(v); }},
        {"EXT-X-PRELOAD-HINT",
         [](Reader& r, Text v) { r.playlist_.preloadHints.push_back(HlsAttributes::parse(v, r.violations_)); }},
        {"EXT-X-RENDITION-REPORT",
         [](Reader& r, Text v) { r.playlist_.renditionReports.push_back(HlsAttributes::parse(v, r.violations_)); }},
    };
    return kHandlers;
}

} // namespace

HlsAttributes HlsAttributes::parse(std::string_view text, Violations& violations) {
    HlsAttributes attributes;
    std::size_t at = 0;
    const auto fail = [&](const char* what) {
        violations.push_back(fmt::format("an attribute list {}: {}", what, text));
        return attributes;
    };
    while (at < text.size()) {
        const std::size_t equals = text.find('=', at);
        if (equals == std::string_view::npos) return fail("has a name without a value");
        const std::string name(text.substr(at, equals - at));
        if (!isName(name)) return fail("has a name that is none");
        HlsAttribute attribute;
        at = equals + 1;
        if (at < text.size() && text[at] == '"') {
            const std::size_t end = text.find('"', at + 1);
            if (end == std::string_view::npos) return fail("has quotes that do not end");
            attribute = {std::string(text.substr(at + 1, end - at - 1)), true};
            at = end + 1;
        } else {
            const std::size_t end = std::min(text.find(',', at), text.size());
            attribute.value = text.substr(at, end - at);
            if (attribute.value.empty() || attribute.value.find_first_of(" \t\"") != std::string::npos)
                return fail("has a value that is none");
            at = end;
        }
        if (!attributes.values_.emplace(name, std::move(attribute)).second) return fail("has a name twice");
        if (at == text.size()) break;
        if (text[at] != ',' || at + 1 == text.size()) return fail("has more behind a value");
        ++at;
    }
    return attributes;
}

std::string HlsAttributes::text(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second.value;
}

std::optional<double> HlsAttributes::number(const std::string& name) const {
    return isQuoted(name) ? std::nullopt : decimalOf(text(name));
}

bool HlsAttributes::isQuoted(const std::string& name) const {
    const auto found = values_.find(name);
    return found != values_.end() && found->second.isQuoted;
}

bool HlsAttributes::operator==(const HlsAttributes& other) const {
    return std::ranges::equal(values_, other.values_, [](const auto& one, const auto& two) {
        return one.first == two.first && one.second.value == two.second.value &&
               one.second.isQuoted == two.second.isQuoted;
    });
}

double HlsPlaylist::durationS() const {
    double sum = 0;
    for (const HlsSegment& segment : segments) sum += segment.durationS;
    return sum;
}

HlsPlaylist parseHlsPlaylist(const std::string& text, Violations& violations) {
    Reader reader(violations);
    for (const std::string& line : hlsLines(text, violations)) reader.read(line);
    return reader.finish();
}

std::vector<std::string> hlsLines(const std::string& text, Violations& violations) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.pop_back();
        const bool hasControls = std::ranges::any_of(line, [](char c) { return (c >= 0 && c < ' ') || c == 127; });
        if (hasControls) violations.push_back("a line has control characters");
        lines.push_back(std::move(line));
        at = end + 1;
    }
    if (!text.ends_with('\n')) violations.emplace_back("the last line does not end");
    if (lines.empty() || lines.front() != "#EXTM3U") {
        violations.emplace_back("the first line is not EXTM3U");
        return lines;
    }
    lines.erase(lines.begin());
    return lines;
}

std::optional<std::uint64_t> hlsInteger(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace hookcast::support
