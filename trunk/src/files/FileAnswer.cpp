#include "files/FileAnswer.h"

#include "http/HttpStatus.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Timestamp.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace hookcast::files {

namespace {

constexpr std::string_view kFlvType = "video/x-flv";

constexpr std::array<std::pair<std::string_view, std::string_view>, 28> kTypes{{
    {"aac", "audio/aac"},
    {"css", "text/css"},
    {"flv", kFlvType},
    {"gif", "image/gif"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/x-icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"m4s", "video/mp4"},
    {"m4v", "video/mp4"},
    {"mjs", "text/javascript"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpd", "application/dash+xml"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"swf", "application/x-shockwave-flash"},
    {"ts", "video/mp2t"},
    {"txt", "text/plain"},
    {"wasm", "application/wasm"},
    {"webp", "image/webp"},
    {"xml", "application/xml"},
}};

std::string httpDate(std::int64_t unixS) {
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(unixS), Poco::DateTimeFormat::HTTP_FORMAT);
}

bool isSince(const std::string& date, std::int64_t unixS) {
    Poco::DateTime since;
    int zone = 0;
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, date, since, zone)) return false;
    return unixS <= since.timestamp().epochTime();
}

/// Whether one of a list of tags, which may be weak, is `tag`.
bool namesTag(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

bool isUnchanged(const FileWish& wish, const ServedFile& file) {
    if (!wish.ifNoneMatch.empty()) return namesTag(wish.ifNoneMatch, file.tag());
    return !wish.ifModifiedSince.empty() && isSince(wish.ifModifiedSince, file.changedAtUnixS());
}

/// Whether a range may be given: not of a file that has changed since the client got the first part.
bool mayGivePart(const FileWish& wish, const ServedFile& file) {
    return wish.ifRange.empty() || wish.ifRange == file.tag() || wish.ifRange == httpDate(file.changedAtUnixS());
}

/// The number behind `start=` in a target's query; 0 where there is none.
std::uint64_t startIn(std::string_view target) {
    constexpr std::string_view kStart = "start=";
    target.remove_prefix(std::min(target.find('?'), target.size()));
    while (!target.empty()) {
        target.remove_prefix(1); // ? or &
        const std::string_view one = target.substr(0, target.find('&'));
        target.remove_prefix(one.size());
        std::uint64_t number = 0;
        if (!one.starts_with(kStart)) continue;
        const char* const end = one.data() + one.size();
        const auto read = std::from_chars(one.data() + kStart.size(), end, number);
        return read.ec == std::errc() && read.ptr == end ? number : 0;
    }
    return 0;
}

} // namespace

FileWish::FileWish(const http::HttpRequest& request)
    : headOnly(request.method() == http::RequestHead::kHead), range(request.field("Range")),
      ifRange(request.field("If-Range")), ifNoneMatch(request.field("If-None-Match")),
      ifModifiedSince(request.field("If-Modified-Since")), flvStart(startIn(request.head.uri())) {}

FileAnswer answerFile(const FileWish& wish, const ServedFile& file, std::string_view name) {
    FileAnswer answer;
    answer.head.fields = {
        {"ETag", file.tag()}, {"Last-Modified", httpDate(file.changedAtUnixS())}, {"Accept-Ranges", "bytes"}};
    if (isUnchanged(wish, file)) {
        answer.head.status = http::kNotModified;
        return answer;
    }
    answer.isFlvFromStart = wish.flvStart > 0 && wish.flvStart < file.sizeBytes() && contentTypeOf(name) == kFlvType;
    if (answer.isFlvFromStart) {
        answer.head.fields.pop_back(); // its bytes are not the file's
        answer.head.contentType = kFlvType;
        answer.range = {wish.flvStart, file.sizeBytes() - wish.flvStart, false, false};
        answer.head.bodyBytes = kFlvHeaderBytes + answer.range.sizeBytes;
        if (wish.headOnly) answer.range.sizeBytes = 0;
        return answer;
    }
    answer.range =
        http::readRange(mayGivePart(wish, file) ? std::string_view(wish.range) : std::string_view(), file.sizeBytes());
    if (answer.range.isUnsatisfiable) {
        answer.head.status = http::kRangeNotSatisfiable;
        answer.head.fields.emplace_back("Content-Range", fmt::format("bytes */{}", file.sizeBytes()));
        return answer;
    }
    answer.head.contentType = contentTypeOf(name);
    if (answer.range.isPart) {
        answer.head.status = http::kPartialContent;
        answer.head.fields.emplace_back("Content-Range",
                                        fmt::format("bytes {}-{}/{}", answer.range.first,
                                                    answer.range.first + answer.range.sizeBytes - 1, file.sizeBytes()));
    }
    answer.head.bodyBytes = answer.range.sizeBytes;
    if (wish.headOnly) answer.range.sizeBytes = 0;
    return answer;
}

std::string_view contentTypeOf(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    std::string ending(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
    std::ranges::transform(ending, ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; });
    const auto* found =
        std::ranges::find(kTypes, std::string_view(ending), &std::pair<std::string_view, std::string_view>::first);
    return found == kTypes.end() ? std::string_view("application/octet-stream") : found->second;
}

} // namespace hookcast::files
