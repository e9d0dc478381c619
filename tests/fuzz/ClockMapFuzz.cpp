// A run of units and sender reports of two tracks. Where RTP time goes on, time goes on, whatever the reports say.
#include "base/ByteReader.h"
#include "media/DtsFromPts.h"
#include "rtp/ClockMap.h"

#include <array>
#include <cstdlib>

namespace {

using namespace hookcast;

void check(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::ByteReader reader(base::ByteSpan(data, size));
    rtp::ClockMap clock;
    clock.addTrack(90000);
    clock.addTrack(1 + reader.u16());
    media::DtsFromPts decodeTimes(std::nullopt);
    std::array<std::uint32_t, 2> newest{};
    std::array<std::optional<std::int64_t>, 2> latest;
    std::optional<media::FrameTimes> before;
    std::int64_t nowUs = 0;
    while (reader.remaining() >= 9) {
        const std::uint8_t what = reader.u8();
        const std::size_t track = what & 1U;
        const std::uint32_t value = reader.u32();
        const std::uint32_t second = reader.u32();
        if ((what & 2U) != 0) {
            rtp::SenderReport report;
            report.ntpTime = std::uint64_t{second} << 28U;
            report.rtpTimestamp = value;
            clock.onSenderReport(track, report);
            continue;
        }
        nowUs += second % 100'000;
        const bool goesOn = latest[track] && static_cast<std::int32_t>(value - newest[track]) > 0;
        const std::int64_t time = clock.place(track, value, nowUs);
        check(!goesOn || time >= *latest[track]);
        if (goesOn || !latest[track]) {
            newest[track] = value;
            latest[track] = time;
        } else if (time > *latest[track]) { // it began anew
            newest[track] = value;
            latest[track] = time;
        }
        const media::FrameTimes times = decodeTimes.place(time);
        check(times.dts <= times.pts && (!before || times.dts > before->dts));
        before = times;
    }
    return 0;
}
