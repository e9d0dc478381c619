#pragma once

#include "files/ByteRange.h"
#include "files/ServedFile.h"
#include "http/HttpRequest.h"
#include "http/HttpResponse.h"

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
};

/// The head of an answer, and what of the file follows.
struct FileAnswer {
    http::HttpResponse head;
    ByteRange range; ///< with `sizeBytes` 0 where no body follows
};

/// Decides by the request's conditions and range (RFC 9110, 13 and 14). `name` tells the type. Pure.
FileAnswer answerFile(const FileWish& wish, const ServedFile& file, std::string_view name);

/// By the ending of a name; application/octet-stream for those that are not known.
std::string_view contentTypeOf(std::string_view name);

} // namespace hookcast::files
