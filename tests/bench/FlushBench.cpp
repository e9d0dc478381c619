#include "hub/Playback.h"
#include "hub/Relay.h"
#include "hub/WireLog.h"
#include "media/Frame.h"
#include "unit/support/HookGate.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace {

using namespace hookcast;

constexpr std::size_t kFrameBytes = 8000;
constexpr int kFramesPerFlush = 9;
constexpr int kFlushesPerVisit = 100;

/// A socket that takes everything at no cost.
class Sink final : public hub::Subscriber {
  public:
    std::size_t write(std::span<const iovec> ranges) override {
        std::size_t size = 0;
        for (const iovec& range : ranges) size += range.iov_len;
        return size;
    }
    void onStalled(const std::string& /*reason*/) override {}
};

/// Adds a player. Its ticket comes from a gate without hooks, which lets everybody in.
void addPlayer(support::HookGate& gate, const std::shared_ptr<hub::Relay>& relay, Sink& sink,
               std::vector<std::unique_ptr<hub::Playback>>& players) {
    support::Event admitted;
    hooks::PendingAdmission pending;
    gate.runner.run([&] {
        const auto lane = gate.admission.openLane(gate.runner.loop(), std::make_shared<config::VhostConfig>(), "bench");
        pending = gate.admission.request(
            lane, support::someEvent(hooks::HookAction::Play), [&](base::Result<hooks::Ticket> ticket) {
                pending.release();
                const hub::PlaybackLimits limits{30000, 30000, 64 * 1024, true};
                players.push_back(std::make_unique<hub::Playback>(ticket.take(), relay, sink, limits, true));
                admitted.happen();
            });
    });
    if (!admitted.wait()) std::abort();
}

/// One flush of a relay to all its players, without the system calls: 350 ms of a stream of 1.8 Mbit/s.
void flushPlayers(benchmark::State& state) {
    support::HookGate gate;
    Sink sink;
    std::vector<std::unique_ptr<hub::Playback>> players;
    const auto relay = std::make_shared<hub::Relay>(gate.runner.loop(), hooks::StreamKey{"v", "live", "one"},
                                                    hub::LogLimits{64 * 1024 * 1024, 2500}, [] {});
    for (int i = 0; i < state.range(0); ++i) addPlayer(gate, relay, sink, players);
    hub::WireLog log;
    media::Frame frame;
    frame.kind = media::FrameKind::Video;
    const base::Bytes bytes(kFrameBytes, 0x27);
    const auto writeFrame = [&](media::FrameRole role) {
        frame.role = role;
        log.append(bytes);
        log.endEntry(frame);
        if (role == media::FrameRole::Keyframe)
            log.addSyncPoint({log.endSequence() - 1, 0, 1, std::make_shared<const base::Bytes>()});
    };
    writeFrame(media::FrameRole::Keyframe);
    gate.runner.run([&] { relay->begin(1, log.exportFrom(0)); });
    while (state.KeepRunningBatch(kFlushesPerVisit)) {
        gate.runner.run([&] {
            for (int flush = 0; flush < kFlushesPerVisit; ++flush) {
                const std::uint64_t from = log.endSequence();
                writeFrame(media::FrameRole::Keyframe);
                for (int i = 1; i < kFramesPerFlush; ++i) writeFrame(media::FrameRole::Media);
                relay->grow(1, log.exportFrom(from));
                log.trimTo(from);
            }
        });
    }
    gate.runner.run([&] { players.clear(); });
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(flushPlayers)->Arg(1)->Arg(1000)->UseRealTime();

} // namespace
