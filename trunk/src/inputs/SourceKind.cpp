#include "inputs/SourceKind.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::inputs {

namespace {

using config::Protocol;

constexpr std::string_view kOverHttp = "flv,live_flv,mpegts,aac,mp3";

constexpr std::array<std::pair<std::string_view, SourceKind>, 5> kKinds = {{
    {"rtsp://", {false, Protocol::Rtsp, "rtsp,rtp,tcp,udp", "rtsp"}},
    {"rtmp://", {false, Protocol::Rtmp, "rtmp,tcp", "flv,live_flv", true}},
    {"http://", {false, Protocol::HttpFlv, "http,tcp", kOverHttp, true}},
    {"https://", {false, Protocol::HttpFlv, "https,http,tls,tcp", kOverHttp, true}},
    {"srt://", {false, Protocol::Srt, "srt,udp", "mpegts"}},
}};

constexpr SourceKind kFile = {true, Protocol::Rtmp, "file",
                              "flv,live_flv,mpegts,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,mp3"};

} // namespace

SourceKind sourceKindOf(const std::string& url) {
    const auto found = std::ranges::find_if(kKinds, [&url](const auto& kind) { return url.starts_with(kind.first); });
    return found == kKinds.end() ? kFile : found->second;
}

} // namespace hookcast::inputs
