#include "hub/WireLog.h"
#include "media/Frame.h"
#include "rtmp/RtmpFormat.h"

#include <benchmark/benchmark.h>

#include <array>

namespace {

using namespace hookcast;

constexpr std::size_t kFrameBytes = 8000;
constexpr int kFramesPerFlush = 9; // of video, in 350 ms at 25 frames per second

media::Frame videoFrame() {
    media::Frame frame;
    frame.kind = media::FrameKind::Video;
    frame.role = media::FrameRole::Media;
    frame.body.assign(kFrameBytes, 0x27);
    return frame;
}

/// Serializing a frame into the log, which is trimmed as the writer does after each flush.
void appendToLog(benchmark::State& state) {
    const rtmp::RtmpFormat format(60000, 1);
    const auto encoder = format.makeEncoder();
    const media::Frame frame = videoFrame();
    hub::WireLog log;
    for (auto _ : state) {
        encoder->append(frame, log);
        log.endEntry(frame);
        if (log.endSequence() % kFramesPerFlush == 0) log.trimTo(log.endSequence());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kFrameBytes));
}
BENCHMARK(appendToLog);

/// What a relay does once per flush, whatever the number of its players.
void exportAndImport(benchmark::State& state) {
    const rtmp::RtmpFormat format(60000, 1);
    const auto encoder = format.makeEncoder();
    const media::Frame frame = videoFrame();
    hub::WireLog log;
    for (int i = 0; i < kFramesPerFlush; ++i) {
        encoder->append(frame, log);
        log.endEntry(frame);
    }
    for (auto _ : state) {
        hub::WireLog view;
        view.import(log.exportFrom(0));
        benchmark::DoNotOptimize(view.sizeBytes());
    }
}
BENCHMARK(exportAndImport);

/// What a flush does per player before the system call: finding the ranges to send.
void findRanges(benchmark::State& state) {
    const rtmp::RtmpFormat format(60000, 1);
    const auto encoder = format.makeEncoder();
    const media::Frame frame = videoFrame();
    hub::WireLog log;
    for (int i = 0; i < kFramesPerFlush; ++i) {
        encoder->append(frame, log);
        log.endEntry(frame);
    }
    std::array<iovec, hub::WireLog::kMaxRanges> space{};
    for (auto _ : state) benchmark::DoNotOptimize(log.bytes(0, log.endOffset(), space).size());
}
BENCHMARK(findRanges);

} // namespace
