#include "live/LiveFormats.h"

#include "media/FlvBody.h"

#include <algorithm>

namespace hookcast::live {

namespace {

bool isSound(const media::FramePtr& frame, media::Codec codec) {
    const auto body = media::readAudioBody(frame->body);
    return body && body->codec == codec;
}

} // namespace

http::HttpResponse liveResponse(const LiveFormat& format) {
    http::HttpResponse response;
    response.contentType = format.contentType;
    response.fields = {{"Cache-Control", "no-cache, no-store"}, {"Pragma", "no-cache"}};
    response.isStream = true;
    return response;
}

bool mayCarry(const LiveFormat& format, const hub::StreamHeaders& headers) {
    if (format.onlyAudio == media::Codec::None) return true;
    if (headers.audioConfig != nullptr) return isSound(headers.audioConfig, format.onlyAudio);
    return headers.audioSample == nullptr || isSound(headers.audioSample, format.onlyAudio);
}

const LiveFormat* LiveFormats::find(std::string_view extension) const {
    const auto found = std::ranges::find(formats_, extension, &LiveFormat::extension);
    return found == formats_.end() ? nullptr : &*found;
}

} // namespace hookcast::live
