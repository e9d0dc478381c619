#include "hooks/StreamKey.h"

#include "base/Utf8.h"

#include <algorithm>
#include <cstddef>

namespace hookcast::hooks {

namespace {

constexpr std::string_view kDefaultInstance = "_definst_";

} // namespace

std::string_view faultIn(std::string_view name) {
    while (!name.empty()) {
        const std::size_t length = base::utf8Length(name);
        const std::string_view character = name.substr(0, length);
        if (length == 0) return "the name is not UTF-8";
        if (base::isControl(character)) return "a control character in the name";
        if (base::isInvisible(character)) return "an invisible character in the name";
        name.remove_prefix(length);
    }
    return {};
}

base::Result<StreamPath> readStreamPath(std::string_view path) {
    if (const std::string_view fault = faultIn(path); !fault.empty()) return base::Error{std::string(fault)};
    StreamPath read;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (segment.empty()) continue;
        if (segment == "." || segment == "..") return base::Error{"the name goes up: a segment . or .."};
        if (!read.stream.empty() && (read.stream != kDefaultInstance || read.app.empty())) {
            if (!read.app.empty()) read.app += '/';
            read.app += read.stream;
        }
        read.stream = segment;
    }
    return read;
}

} // namespace hookcast::hooks
