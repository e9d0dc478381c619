#include "rtsp/Description.h"

#include "rtp/StreamTracks.h"

#include <fmt/format.h>

#include <string_view>

namespace hookcast::rtsp {

namespace {

constexpr const char* kAnyAddress = "0.0.0.0";

std::string_view wordFor(media::FrameKind kind) {
    return kind == media::FrameKind::Video ? "video" : "audio";
}

} // namespace

Description describeStream(const hub::StreamHeaders& headers, const std::string& name) {
    Description description;
    description.name = name;
    for (std::size_t track = 0; track < rtp::trackCount(headers); ++track) {
        const media::FramePtr frame = rtp::tellsOf(headers, track);
        if (frame == nullptr) continue;
        const rtp::TrackName name = rtp::nameOf(headers, track);
        auto described = rtp::describeTrack(*frame, name);
        if (!described) {
            if (!description.leftOut.empty()) description.leftOut += "; ";
            description.leftOut +=
                fmt::format("{} track {}, {}", wordFor(frame->kind), name.number, described.error().message);
            continue;
        }
        description.sections.push_back(described.take());
        description.tracks.push_back(track);
    }
    return description;
}

std::string writeDescription(Description description, std::span<const std::string> keyLines) {
    for (std::size_t i = 0; i < keyLines.size() && i < description.sections.size(); ++i)
        rtp::protect(description.sections[i], keyLines[i]);
    rtp::SdpSession session;
    session.id = 1;
    session.name = description.name;
    session.serverAddress = kAnyAddress;
    return rtp::writeSdp(session, description.sections);
}

bool isComplete(const hub::StreamHeaders& headers) {
    const bool hasVideo = headers.videoConfig != nullptr;
    const bool hasAudio = headers.audioConfig != nullptr || headers.audioSample != nullptr;
    if (!hasVideo && !hasAudio) return false;
    if (headers.metadata == nullptr) return true;
    // onMetaData names the codecs of the tracks that there are (FLV 10.1, E.5).
    const std::string_view metadata = base::asText(headers.metadata->body);
    const auto announces = [metadata](std::string_view key) { return metadata.find(key) != std::string_view::npos; };
    return (hasVideo || !announces("videocodecid")) && (hasAudio || !announces("audiocodecid"));
}

} // namespace hookcast::rtsp
