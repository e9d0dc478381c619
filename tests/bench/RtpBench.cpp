#include "rtp/Depacketizer.h"
#include "rtp/Packetizer.h"
#include "rtp/Sdp.h"
#include "rtsp/RtspReader.h"
#include "srtp/Outbound.h"

#include <benchmark/benchmark.h>

#include <variant>

namespace {

using namespace hookcast;

constexpr rtp::PacketizerOptions kOptions{96, 0, 0x01020304, 0, 1400};

base::Bytes slice(std::size_t sizeBytes) {
    base::Bytes bytes(sizeBytes, 0xAB);
    bytes[0] = 0x41;
    return bytes;
}

base::Bytes interleavedFrames(std::size_t frameBytes) {
    const base::Bytes unit = slice(frameBytes);
    const std::vector<base::ByteSpan> units{unit};
    base::Bytes frames;
    rtp::BytesSink sink(frames);
    rtp::makePacketizer(media::Codec::Avc, kOptions)->write(units, 3000, sink);
    return frames;
}

/// What every frame of a stream with RTSP players costs once, however many there are.
void packetizeAvc(benchmark::State& state) {
    const auto frameBytes = static_cast<std::size_t>(state.range(0));
    const base::Bytes unit = slice(frameBytes);
    const std::vector<base::ByteSpan> units{unit};
    const auto packetizer = rtp::makePacketizer(media::Codec::Avc, kOptions);
    base::Bytes out;
    rtp::BytesSink sink(out);
    std::uint32_t timestamp = 0;
    for (auto _ : state) {
        out.clear();
        packetizer->write(units, timestamp += 3000, sink);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frameBytes));
}
BENCHMARK(packetizeAvc)->Arg(1000)->Arg(8000)->Arg(100000);

/// What a publisher's frame costs: interleaved frames read from the stream, put together again.
void receiveAvc(benchmark::State& state) {
    const auto frameBytes = static_cast<std::size_t>(state.range(0));
    const base::Bytes frames = interleavedFrames(frameBytes);
    const auto sdp = rtp::parseSdp("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n");
    rtsp::RtspReader reader({});
    for (auto _ : state) {
        const auto depacketizer = rtp::makeDepacketizer(sdp.value().media.front(), 1'000'000);
        base::ByteSpan input(frames);
        std::size_t units = 0;
        while (auto item = reader.next(input).take()) {
            const auto packet = rtp::RtpPacketView::parse(std::get<rtsp::InterleavedFrame>(*item).payload);
            units += depacketizer.value()->push(packet.value()).size();
        }
        if (units != 1) state.SkipWithError("the frame was lost");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frameBytes));
}
BENCHMARK(receiveAvc)->Arg(1000)->Arg(8000)->Arg(100000);

/// What SRTP costs each of its players for a packet.
void protectRtp(benchmark::State& state) {
    base::Bytes packet(static_cast<std::size_t>(state.range(0)), 7);
    packet[0] = 0x80;
    const auto outbound = srtp::Outbound::make({}).take();
    for (auto _ : state) {
        if (++packet[3] == 0) ++packet[2];
        const iovec piece{packet.data(), packet.size()};
        benchmark::DoNotOptimize(outbound->rtp({&piece, 1}).data());
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(protectRtp)->Arg(200)->Arg(1400);

} // namespace
