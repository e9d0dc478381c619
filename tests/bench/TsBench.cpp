#include "hub/TsFormat.h"
#include "hub/WireLog.h"
#include "unit/media/TsFrames.h"

#include <benchmark/benchmark.h>

#include <array>

namespace {

using namespace hookcast;

/// What a stream with players of MPEG-TS costs its publisher's loop per frame: the muxer and the log together.
void muxVideo(benchmark::State& state) {
    const auto frameBytes = static_cast<std::size_t>(state.range(0));
    constexpr int kGopFrames = 50;
    std::array<media::Frame, kGopFrames> gop;
    for (int i = 0; i < kGopFrames; ++i) gop[i] = media::videoFrame(media::Codec::Avc, 0, i == 0, 80, frameBytes);
    const auto encoder = hub::TsFormat().makeEncoder();
    hub::WireLog log;
    encoder->append(media::videoConfig(media::Codec::Avc), log);
    std::int64_t dtsMs = 0;
    for (auto _ : state) {
        media::Frame& frame = gop[static_cast<std::size_t>(dtsMs / 40 % kGopFrames)];
        frame.dtsMs = dtsMs;
        dtsMs += 40;
        encoder->append(frame, log);
        log.endEntry(frame);
        if (log.endSequence() % 10 == 0) log.trimTo(log.endSequence());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frameBytes));
}
BENCHMARK(muxVideo)->Arg(2000)->Arg(8000)->Arg(40000);

void muxAac(benchmark::State& state) {
    const auto encoder = hub::TsFormat().makeEncoder();
    hub::WireLog log;
    encoder->append(media::aacConfig(), log);
    media::Frame frame = media::aacFrame(0, 340);
    for (auto _ : state) {
        encoder->append(frame, log);
        log.endEntry(frame);
        frame.dtsMs += 23;
        if (log.endSequence() % 10 == 0) log.trimTo(log.endSequence());
    }
}
BENCHMARK(muxAac);

} // namespace
