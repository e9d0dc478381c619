// What it costs to ask a backend: Admission, the transport and a backend in one process.
#include "base/Log.h"
#include "bench/SmallBackend.h"
#include "hooks/Admission.h"
#include "hooks/CurlTransport.h"
#include "hooks/SrsJsonDialect.h"
#include "net/Loop.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace hookcast;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kInFlight = 1000;
constexpr std::size_t kDecisions = 20'000;

/// Players that come and go, so many at a time.
class Crowd {
  public:
    explicit Crowd(std::uint16_t backendPort) : transport_({1024, 20'000}, clock_, log_) {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = "__defaultVhost__";
        vhost->hooks.enabled = true;
        vhost->hooks.onPlay = {fmt::format("http://127.0.0.1:{}/api/v1/sessions", backendPort)};
        vhost_ = vhost;
        loop_.start();
    }
    ~Crowd() {
        loop_.stop();
        transport_.stop();
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Until `decisions` verdicts are there.
    void decide(std::size_t decisions) {
        left_ = decisions;
        coming_ = decisions;
        isDone_ = false;
        loop_.post([this] {
            for (std::size_t i = 0; i < kInFlight; ++i) comes();
        });
        isDone_.wait(false);
    }

    std::size_t refused() const { return refused_; }

    /// The wait below which `share` of the verdicts came.
    double percentileMs(double share) {
        std::sort(waitsMs_.begin(), waitsMs_.end());
        return waitsMs_.at(static_cast<std::size_t>(share * static_cast<double>(waitsMs_.size() - 1)));
    }

  private:
    struct Player {
        std::shared_ptr<hooks::HookLane> lane;
        hooks::PendingAdmission pending;
        Clock::time_point askedAt;
    };

    void comes() {
        if (coming_ == 0) return;
        --coming_;
        auto info = std::make_shared<hooks::ClientInfo>();
        info->who = std::make_shared<const hooks::ClientIdentity>(
            hooks::ClientIdentity{{{}, coming_, fmt::format("10.0.{}.{}", coming_ / 250 % 250, coming_ % 250), {}}});
        hooks::ClientPlace place;
        place.vhost = vhost_->name;
        place.app = "live";
        place.tcUrl = "rtmp://video.example.com/live";
        info->place = admission_.share(std::move(place));
        auto player = std::make_shared<Player>();
        player->lane = admission_.openLane(loop_, vhost_, "rtmp-1");
        player->askedAt = Clock::now();
        hooks::HookEvent event{
            info, hooks::HookEvent::Play{admission_.share(hooks::NamedStream{"show", "?token=abcdef", {}, {}})},
            hooks::newEventId()};
        player->pending =
            admission_.request(player->lane, std::move(event), [this, player](base::Result<hooks::Ticket> verdict) {
                player->pending.release();
                if (!verdict) refused_.fetch_add(1);
                waitsMs_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - player->askedAt).count());
                comes();
                if (--left_ > 0) return;
                isDone_ = true;
                isDone_.notify_one();
            });
    }

    base::SystemClock clock_;
    base::Log log_{base::LogLevel::Error, ""};
    hooks::CurlTransport transport_;
    hooks::SrsJsonDialect dialect_{"vid-0123456", "01234567"};
    hooks::Admission admission_{transport_, dialect_, log_};
    net::Loop loop_{"bench", clock_, log_};
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::size_t coming_ = 0;      ///< on the loop
    std::vector<double> waitsMs_; ///< on the loop
    std::size_t left_ = 0;        ///< on the loop
    std::atomic<std::size_t> refused_ = 0;
    std::atomic<bool> isDone_ = false;
};

/// `decisions_per_core_s` counts the processor time of all of the process, the backend's among it.
void decisions(benchmark::State& state) {
    const bench::SmallBackend backend;
    double p99Ms = 0;
    for (auto _ : state) {
        Crowd crowd(backend.port());
        crowd.decide(kDecisions);
        if (crowd.refused() != 0) state.SkipWithError("refused");
        p99Ms = crowd.percentileMs(0.99);
    }
    state.counters["p99_ms"] = p99Ms;
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kDecisions));
}
BENCHMARK(decisions)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

} // namespace
