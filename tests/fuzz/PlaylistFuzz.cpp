// The first line is a prefix, the second a folder, the rest a playlist that lies in it.
#include "base/Bytes.h"
#include "fuzz/TakenLine.h"
#include "hls/FileNames.h"
#include "hls/PlaylistReader.h"
#include "hub/NameVariables.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hookcast;
using fuzz::takeLine;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = base::asText({data, size});
    const std::string_view prefix = takeLine(text);
    std::string folder(takeLine(text));
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    const auto list = hls::readPlaylist(text);
    if (!list) return 0;
    check(list.value().segments.size() <= hls::kMostListedSegments);
    check(list.value().targetDurationMs >= 0);
    for (const hls::ListedSegment& segment : list.value().segments) {
        check(segment.durationUs >= 0);
        check(!segment.uri.empty() && segment.uri.find('\n') == std::string::npos);
        const std::string name = hls::nameOfUri(segment.uri, folder, prefix);
        check(name.empty() || hub::isSafeFileName(name));
        hls::isNameOf("[app]/[stream]-[seq][duration].ts", {"v", "live", "one"}, name);
    }
    return 0;
}
