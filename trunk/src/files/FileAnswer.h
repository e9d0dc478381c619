#pragma once

#include "files/ServedFile.h"
#include "http/ByteRange.h"
#include "http/HttpRequest.h"
#include "http/HttpResponse.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::files {

/// What of a request decides how a file is answered.
struct FileWish {
    explicit FileWish(const http::HttpRequest& request);

    bool headOnly;
    std::string range; ///< the field of that name, and so on
    std::string ifRange;
    std::string ifNoneMatch;
    std::string ifModifiedSince;
    std::uint64_t flvStart = 0; ///< `start` of the query, for FLV: from which byte on; 0: from the first
};

/// The head of an answer, and what of the file follows.
struct FileAnswer {
    http::HttpResponse head;
    http::ByteRange range;       ///< with `sizeBytes` 0 where no body follows
    bool isFlvFromStart = false; ///< an FLV file's header comes before the range
};

/// The size of an FLV file's header with the size of no tag behind it (FLV 10.1, E.2 and E.3).
inline constexpr std::size_t kFlvHeaderBytes = 13;

/// Decides by the request's conditions and range (RFC 9110, 13 and 14). `name` tells the type. `x.flv?start=N` is the
/// file from byte N on behind an FLV header, as players seek that know the keyframes' places; an N outside of the file
/// counts for nothing, and neither does a range beside it. Pure.
FileAnswer answerFile(const FileWish& wish, const ServedFile& file, std::string_view name);

/// By the ending of a name; application/octet-stream for those that are not known.
std::string_view contentTypeOf(std::string_view name);

} // namespace hookcast::files
