#include "hls/Segmenter.h"
#include "unit/media/TsFrames.h"
#include "unit/support/HookGate.h"
#include "unit/support/LoopRunner.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

namespace {

using namespace hookcast;

enum Kind : int { Ts, Fmp4, LowLatency };

/// What a stream of 200 kbit/s, 25 pictures and 43 sounds in a second, costs its publisher's loop per second of media.
void segmentSecond(benchmark::State& state) {
    const base::SystemClock clock;
    support::LoopRunner runner(clock);
    auto vhost = std::make_shared<config::VhostConfig>();
    vhost->hls.enabled = true;
    vhost->hls.fragmentMs = 2000;
    vhost->hls.usesFmp4 = state.range(0) != Ts;
    vhost->hls.lowLatency = state.range(0) == LowLatency;
    auto published = std::make_shared<hub::PublishedStream>();
    published->key = {"v", "live", "one"};
    published->vhost = vhost;
    published->opening = support::someEvent(hooks::HookAction::Publish);
    const auto stream =
        std::make_shared<hls::Stream>(published->key, vhost, hls::SegmentWindow::Limits{10'000, 1 << 24});
    auto names =
        hls::SegmentNames::create(vhost->hls, published->key, {hls::containerOf(*vhost), base::TimeZone::Utc, 0});
    runner.run([&] {
        hls::Segmenter segmenter(runner.loop(), stream, published, names.take(), {});
        const auto take = [&](media::Frame frame, std::int64_t ms) {
            frame.dtsMs = frame.publisherMs = ms;
            segmenter.onFrame(std::make_shared<const media::Frame>(std::move(frame)));
        };
        take(media::videoConfig(media::Codec::Avc), 0);
        take(media::aacConfig(), 0);
        const media::Frame keyframe = media::videoFrame(media::Codec::Avc, 0, true, 0, 3000);
        const media::Frame picture = media::videoFrame(media::Codec::Avc, 0, false, 0, 750);
        const media::Frame sound = media::aacFrame(0, 90);
        std::int64_t ms = 0;
        for (auto _ : state) {
            int sounds = 0;
            for (int i = 0; i < 25; ++i) {
                take(i == 0 ? keyframe : picture, ms + i * 40);
                for (; sounds * 1000 / 43 < (i + 1) * 40; ++sounds) take(sound, ms + sounds * 1000 / 43);
            }
            ms += 1000;
        }
        segmenter.onEnd();
    });
}
BENCHMARK(segmentSecond)->ArgName("kind")->Arg(Ts)->Arg(Fmp4)->Arg(LowLatency);

} // namespace
