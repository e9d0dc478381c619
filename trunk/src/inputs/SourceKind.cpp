#include "inputs/SourceKind.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::inputs {

namespace {

constexpr std::string_view kOverHttp = "flv,live_flv,mpegts,aac,mp3";

constexpr std::array<std::pair<std::string_view, SourceKind>, 5> kKinds = {{
    {"rtsp://", {false, "rtsp,rtp,tcp,udp", "rtsp"}},
    {"rtmp://", {false, "rtmp,tcp", "flv,live_flv"}},
    {"http://", {false, "http,tcp", kOverHttp}},
    {"https://", {false, "https,http,tls,tcp", kOverHttp}},
    {"srt://", {false, "srt,udp", "mpegts"}},
}};

constexpr SourceKind kFile = {true, "file", "flv,live_flv,mpegts,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,mp3"};

} // namespace

SourceKind sourceKindOf(const std::string& url) {
    const auto found = std::ranges::find_if(kKinds, [&url](const auto& kind) { return url.starts_with(kind.first); });
    return found == kKinds.end() ? kFile : found->second;
}

} // namespace hookcast::inputs
