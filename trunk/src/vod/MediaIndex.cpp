#include "vod/MediaIndex.h"

#include "media/TsMuxer.h"
#include "vod/FlvMedia.h"
#include "vod/Mp4Media.h"

#include <algorithm>

namespace hookcast::vod {

bool MediaIndex::fitsTs() const {
    return media::TsMuxer::carries(video) || media::TsMuxer::carries(audio);
}

std::int64_t MediaIndex::durationMs(std::size_t first, std::size_t last) const {
    if (first >= points.size() || last <= first) return 0;
    const std::int64_t end = last < points.size() ? points[last].timeMs : endMs;
    return std::max<std::int64_t>(0, end - points[first].timeMs);
}

const MediaReader& readerFor(std::string_view name) {
    static const FlvMedia flv;
    static const Mp4Media mp4;
    if (name.ends_with(".mp4")) return mp4;
    return flv;
}

} // namespace hookcast::vod
