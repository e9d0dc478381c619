#include "rtmp/ChunkReader.h"
#include "rtmp/ChunkWriter.h"

#include <benchmark/benchmark.h>

namespace {

using namespace hookcast;

constexpr std::size_t kFrameBytes = 8000;

rtmp::ChunkHeader videoHeader() {
    return {6, 40, rtmp::MessageType::Video, 1};
}

void readChunks(benchmark::State& state) {
    const auto chunkSize = static_cast<std::uint32_t>(state.range(0));
    base::Bytes stream;
    constexpr int kMessages = 100;
    for (int i = 0; i < kMessages; ++i)
        rtmp::appendMessage(stream, videoHeader(), base::Bytes(kFrameBytes, 0x17), chunkSize);
    base::Bytes setSize;
    rtmp::appendMessage(setSize, {2, 0, rtmp::MessageType::SetChunkSize, 0},
                        base::Bytes{0, static_cast<std::uint8_t>(chunkSize >> 16U),
                                    static_cast<std::uint8_t>(chunkSize >> 8U), static_cast<std::uint8_t>(chunkSize)},
                        128);
    rtmp::ChunkReader reader({16 * 1024 * 1024, 32 * 1024 * 1024, 64});
    base::ByteSpan control(setSize);
    benchmark::DoNotOptimize(reader.next(control).ok());
    for (auto _ : state) {
        base::ByteSpan input(stream);
        int messages = 0;
        while (reader.next(input).value()) ++messages;
        if (messages != kMessages) state.SkipWithError("messages were lost");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}
BENCHMARK(readChunks)->Arg(128)->Arg(4096)->Arg(60000);

void writeChunks(benchmark::State& state) {
    const auto chunkSize = static_cast<std::uint32_t>(state.range(0));
    const base::Bytes payload(kFrameBytes, 0x17);
    base::Bytes out;
    for (auto _ : state) {
        out.clear();
        rtmp::appendMessage(out, videoHeader(), payload, chunkSize);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kFrameBytes));
}
BENCHMARK(writeChunks)->Arg(128)->Arg(4096)->Arg(60000);

} // namespace
