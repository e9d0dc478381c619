// The input is the body of an FLV tag, once as video and once as audio.
#include "media/FlvBody.h"
#include "media/FlvTag.h"

#include <cstdlib>

namespace {

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hookcast::media;
    const hookcast::base::ByteSpan body(data, size);
    const FrameRole video = videoRole(body);
    const FrameRole audio = audioRole(body);
    check(video != FrameRole::Metadata);
    check(audio != FrameRole::Metadata && audio != FrameRole::Keyframe);
    if (size == 0) check(video == FrameRole::Other && audio == FrameRole::Other);
    if (const auto read = readVideoBody(body)) {
        check(read->payload.size() < size);
        if (read->part == BodyPart::Config) check(video == FrameRole::CodecConfig);
    }
    if (const auto read = readAudioBody(body)) check(read->payload.size() < size);
    return 0;
}
