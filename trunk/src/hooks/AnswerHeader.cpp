#include "hooks/AnswerHeader.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace hookcast::hooks {

namespace {

constexpr std::int64_t kMsPerS = 1000;
/// Of a field that is looked at.
constexpr std::size_t kLongestValue = 1024;
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool equalsIgnoringCase(std::string_view text, std::string_view lowerCase) {
    return std::ranges::equal(
        text, lowerCase, [](char one, char other) { return std::tolower(static_cast<unsigned char>(one)) == other; });
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Digits alone, as milliseconds, bounded.
std::optional<std::int64_t> secondsIn(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, isDigit)) return std::nullopt;
    constexpr std::int64_t kMostS = AnswerHeader::kMostMs / kMsPerS;
    std::int64_t seconds = 0;
    for (const char digit : text) seconds = std::min(seconds * 10 + (digit - '0'), kMostS);
    return seconds * kMsPerS;
}

/// As HTTP writes dates: `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms, which begin with a day's name, too.
std::optional<std::int64_t> untilDate(const std::string& text, std::int64_t nowS) {
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return std::nullopt;
    if (text.find(':') == std::string::npos) return std::nullopt;
    const std::int64_t dateS = curl_getdate(text.c_str(), nullptr);
    if (dateS < 0) return std::nullopt;
    return std::clamp<std::int64_t>(dateS - nowS, 0, AnswerHeader::kMostMs / kMsPerS) * kMsPerS;
}

} // namespace

void AnswerHeader::feed(std::string_view line, std::int64_t nowS) {
    const bool goesOn = line.starts_with(' ') || line.starts_with('\t');
    line = trimmed(line);
    if (!inHeader_) {
        if (line.starts_with("HTTP/")) feedStatus(line);
    } else if (line.empty()) {
        inHeader_ = false;
    } else if (goesOn) {
        if (isFraming_) fault_ = "a field of two lines that says how the body is to be read";
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        const std::string_view value = trimmed(line.substr(colon + 1));
        isFraming_ = feedFraming(line.substr(0, colon), value);
        if (!isFraming_ && value.size() <= kLongestValue) feedField(line.substr(0, colon), value, nowS);
    }
}

void AnswerHeader::feedStatus(std::string_view line) {
    *this = AnswerHeader();
    inHeader_ = true;
    const std::size_t blank = line.find(' ');
    isSuccess_ = blank != std::string_view::npos && line.substr(blank + 1).starts_with('2');
}

bool AnswerHeader::feedFraming(std::string_view name, std::string_view value) {
    const std::string_view trimmedName = trimmed(name);
    if (equalsIgnoringCase(trimmedName, "content-length"))
        feedLength(value);
    else if (equalsIgnoringCase(trimmedName, "transfer-encoding"))
        feedTransferEncoding(value);
    else if (equalsIgnoringCase(trimmedName, "content-encoding"))
        feedCoding(value);
    else
        return false;
    if (lengthBytes_ && isChunked_) fault_ = "a Content-Length beside Transfer-Encoding";
    // Some take it for the field, and some for another one.
    if (trimmedName != name) fault_ = "a blank in the name of a field that says how the body is to be read";
    return true;
}

void AnswerHeader::feedLength(std::string_view value) {
    constexpr std::size_t kMostDigits = 18; // a number of 64 bits, whatever they are
    if (value.empty() || value.size() > kMostDigits || !std::ranges::all_of(value, isDigit)) {
        fault_ = "a Content-Length that is no number";
        return;
    }
    std::int64_t bytes = 0;
    for (const char digit : value) bytes = bytes * 10 + (digit - '0');
    if (lengthBytes_.value_or(bytes) != bytes) fault_ = "a Content-Length of two values";
    lengthBytes_ = bytes;
}

void AnswerHeader::feedTransferEncoding(std::string_view value) {
    if (isChunked_ || !equalsIgnoringCase(value, "chunked")) fault_ = "a Transfer-Encoding that is not chunked alone";
    isChunked_ = true;
}

void AnswerHeader::feedCoding(std::string_view value) {
    if (value.empty() || equalsIgnoringCase(value, "identity")) return;
    const bool isFirst = coding_ == AnswerCoding::None;
    if (isFirst && (equalsIgnoringCase(value, "gzip") || equalsIgnoringCase(value, "x-gzip")))
        coding_ = AnswerCoding::Gzip;
    else if (isFirst && equalsIgnoringCase(value, "deflate"))
        coding_ = AnswerCoding::Deflate;
    else
        coding_ = AnswerCoding::Unknown;
}

void AnswerHeader::feedField(std::string_view name, std::string_view value, std::int64_t nowS) {
    if (equalsIgnoringCase(name, "retry-after")) {
        retryAfterMs_ = secondsIn(value);
        if (!retryAfterMs_) retryAfterMs_ = untilDate(std::string(value), nowS);
    } else if (equalsIgnoringCase(name, "cache-control")) {
        feedCacheControl(value);
    } else if (equalsIgnoringCase(name, "age")) {
        ageMs_ = secondsIn(value).value_or(0);
    }
}

void AnswerHeader::feedCacheControl(std::string_view value) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view directive = trimmed(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        const std::size_t equals = std::min(directive.find('='), directive.size());
        const std::string_view name = trimmed(directive.substr(0, equals));
        if (equalsIgnoringCase(name, "no-store") || equalsIgnoringCase(name, "no-cache")) mayNotBeKept_ = true;
        if (!equalsIgnoringCase(name, "max-age") || equals == directive.size()) continue;
        std::string_view seconds = trimmed(directive.substr(equals + 1));
        if (seconds.size() > 1 && seconds.starts_with('"') && seconds.ends_with('"'))
            seconds = seconds.substr(1, seconds.size() - 2);
        const std::optional<std::int64_t> ageMs = secondsIn(seconds);
        // Of two the shorter one; what is no number lets nothing be kept.
        if (!ageMs) mayNotBeKept_ = true;
        if (ageMs) maxAgeMs_ = std::min(maxAgeMs_.value_or(*ageMs), *ageMs);
    }
}

std::optional<std::int64_t> AnswerHeader::maxAgeMs() const {
    if (!maxAgeMs_ || mayNotBeKept_ || !isSuccess_ || *maxAgeMs_ <= ageMs_) return std::nullopt;
    return *maxAgeMs_ - ageMs_;
}

} // namespace hookcast::hooks
