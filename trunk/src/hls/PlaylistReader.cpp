#include "hls/PlaylistReader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <limits>
#include <system_error>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr double kMostSeconds = 7 * 24 * 3600;
/// Numbers go on from what stands there.
constexpr std::uint64_t kMostSequence = std::numeric_limits<std::uint64_t>::max() / 4;

bool takePrefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string_view takeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line;
}

std::optional<std::uint64_t> numberIn(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > kMostSequence) return std::nullopt;
    return number;
}

std::optional<std::int64_t> secondsIn(std::string_view text, double perSecond) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) || seconds > kMostSeconds)
        return std::nullopt;
    return std::llround(seconds * perSecond);
}

/// The value of an attribute (RFC 8216, 4.2), without its quotes; empty where it is not there.
std::string_view attributeIn(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        const std::size_t equals = list.find('=');
        if (equals == std::string_view::npos) return {};
        std::string_view key = list.substr(0, equals);
        while (!key.empty() && key.front() == ' ') key.remove_prefix(1);
        list.remove_prefix(equals + 1);
        const bool isQuoted = list.starts_with('"');
        if (isQuoted) list.remove_prefix(1);
        const std::size_t end = std::min(list.find(isQuoted ? '"' : ','), list.size());
        const std::string_view value = list.substr(0, end);
        list.remove_prefix(std::min(end + (isQuoted ? 2U : 1U), list.size()));
        if (key == name) return value;
    }
    return {};
}

std::optional<std::array<std::uint8_t, 16>> vectorIn(std::string_view text) {
    if (!takePrefix(text, "0x") && !takePrefix(text, "0X")) return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    if (text.size() != 2 * bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::string_view digits = text.substr(2 * i, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bytes[i], 16);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    }
    return bytes;
}

/// `YYYY-MM-DDThh:mm:ss.mmm` and `Z` or `+hh:mm`; 0 for anything else.
std::int64_t timeIn(std::string_view text) {
    const auto digits = [&text](std::size_t at, std::size_t count) {
        int value = -1;
        if (text.size() < at + count) return -1;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
        return error == std::errc() && end == text.data() + at + count ? value : -1;
    };
    std::tm parts{};
    parts.tm_year = digits(0, 4) - 1900;
    parts.tm_mon = digits(5, 2) - 1;
    parts.tm_mday = digits(8, 2);
    parts.tm_hour = digits(11, 2);
    parts.tm_min = digits(14, 2);
    parts.tm_sec = digits(17, 2);
    if (parts.tm_year < 70 || parts.tm_mon < 0 || parts.tm_mday < 1 || parts.tm_hour < 0 || parts.tm_min < 0 ||
        parts.tm_sec < 0)
        return 0;
    const bool hasMs = text.size() > 20 && text[19] == '.' && digits(20, 3) >= 0;
    const std::size_t zoneAt = hasMs ? 23 : 19;
    std::int64_t offsetS = 0;
    if (text.size() >= zoneAt + 5 && (text[zoneAt] == '+' || text[zoneAt] == '-')) {
        const bool hasColon = text[zoneAt + 3] == ':';
        offsetS =
            std::int64_t{digits(zoneAt + 1, 2)} * 3600 + std::int64_t{digits(zoneAt + (hasColon ? 4 : 3), 2)} * 60;
        if (text[zoneAt] == '-') offsetS = -offsetS;
    }
    return (std::int64_t{::timegm(&parts)} - offsetS) * 1000 + (hasMs ? digits(20, 3) : 0);
}

class Reader {
  public:
    /// False: the playlist is none.
    bool take(std::string_view line) {
        if (line.empty()) return true;
        if (!line.starts_with('#')) return takeUri(line);
        if (takePrefix(line, "#EXTINF:")) return takeDuration(line);
        if (takePrefix(line, "#EXT-X-MEDIA-SEQUENCE:")) return takeNumber(line, list_.mediaSequence);
        if (takePrefix(line, "#EXT-X-DISCONTINUITY-SEQUENCE:")) return takeNumber(line, list_.discontinuitySequence);
        if (takePrefix(line, "#EXT-X-TARGETDURATION:")) {
            const auto ms = secondsIn(line, 1000);
            if (ms) list_.targetDurationMs = *ms;
            return ms.has_value();
        }
        if (takePrefix(line, "#EXT-X-PROGRAM-DATE-TIME:")) next_.startUnixMs = timeIn(line);
        if (line == "#EXT-X-DISCONTINUITY") next_.isDiscontinuous = true;
        if (line == "#EXT-X-GAP") next_.isGap = true;
        if (line == "#EXT-X-ENDLIST") list_.hasEnded = true;
        if (takePrefix(line, kWriterLine)) list_.writer = line;
        if (takePrefix(line, "#EXT-X-MAP:")) initUri_ = uriOf(attributeIn(line, "URI"));
        if (takePrefix(line, "#EXT-X-KEY:")) return takeKey(line);
        return true;
    }

    ListedPlaylist list() { return std::move(list_); }

  private:
    using Uri = std::shared_ptr<const std::string>;

    static Uri uriOf(std::string_view text) {
        return text.empty() ? nullptr : std::make_shared<const std::string>(text);
    }

    static bool takeNumber(std::string_view text, std::uint64_t& number) {
        const auto read = numberIn(text);
        if (read) number = *read;
        return read.has_value();
    }

    bool takeDuration(std::string_view text) {
        const auto us = secondsIn(text.substr(0, text.find(',')), 1'000'000);
        if (us) next_.durationUs = *us;
        hasDuration_ = us.has_value();
        return hasDuration_;
    }

    bool takeKey(std::string_view attributes) {
        const std::string_view method = attributeIn(attributes, "METHOD");
        keyUri_ = uriOf(method == "AES-128" ? attributeIn(attributes, "URI") : std::string_view());
        iv_ = vectorIn(attributeIn(attributes, "IV"));
        return method == "NONE" || (method == "AES-128" && keyUri_ != nullptr);
    }

    bool takeUri(std::string_view uri) {
        if (!hasDuration_ || list_.segments.size() >= kMostListedSegments) return false;
        next_.uri = uri;
        next_.initUri = initUri_;
        next_.keyUri = keyUri_;
        next_.iv = iv_;
        list_.segments.push_back(std::exchange(next_, {}));
        hasDuration_ = false;
        return true;
    }

    ListedPlaylist list_;
    ListedSegment next_;
    bool hasDuration_ = false;
    Uri initUri_;
    Uri keyUri_;
    std::optional<std::array<std::uint8_t, 16>> iv_;
};

} // namespace

base::Result<ListedPlaylist> readPlaylist(std::string_view text) {
    if (takeLine(text) != "#EXTM3U") return base::Error{"it is no playlist"};
    Reader reader;
    while (!text.empty())
        if (!reader.take(takeLine(text))) return base::Error{"it is no playlist of segments that can be read"};
    return reader.list();
}

} // namespace hookcast::hls
