// MPEG-TS from a publisher: any bytes go in; what comes out can be read, and written as MPEG-TS again.
#include "media/TsDemuxer.h"
#include "media/TsMuxer.h"

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

/// All that comes out of `bytes`.
std::vector<media::ConvertedFrame> demux(base::ByteSpan bytes) {
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    std::vector<media::ConvertedFrame> all;
    media::TsDemuxer::Output output;
    output.onFrames = [&all](std::vector<media::ConvertedFrame> frames) {
        for (media::ConvertedFrame& frame : frames) all.push_back(std::move(frame));
    };
    output.onEnd = [&](const base::Result<void>&) {
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_one();
    };
    output.onLeftOut = [](const std::string& why) { check(!why.empty()); };
    media::TsDemuxer demuxer({bytes.size(), 1024 * 1024}, {}, std::move(output));
    check(demuxer.push(bytes));
    demuxer.finish();
    std::unique_lock lock(mutex);
    changed.wait(lock, [&ended] { return ended; });
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    media::TsMuxer muxer;
    for (media::ConvertedFrame& converted : demux({data, size})) {
        media::Frame frame;
        frame.kind = converted.kind;
        frame.role = converted.role;
        frame.dtsMs = converted.timestampMs;
        frame.body = std::move(converted.body);
        if (frame.kind == media::FrameKind::Video)
            check(media::readVideoBody(frame.body).has_value());
        else
            check(media::readAudioBody(frame.body).has_value());
        check(muxer.write(frame).size() % media::TsProgramWriter::kPacketBytes == 0);
    }
    return 0;
}
