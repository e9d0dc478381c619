// What a viewer of HLS takes of the memory while he is there: the entry that he is, without the connections he comes
// by.
#include "base/Log.h"
#include "config/CurrentConfig.h"
#include "hls/Streams.h"
#include "hls/Viewers.h"
#include "hooks/Admission.h"
#include "hooks/CurlTransport.h"
#include "hooks/SrsJsonDialect.h"
#include "hub/StreamRegistry.h"
#include "media/Frame.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "visits/Services.h"
#include "visits/Visit.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace hookcast;

constexpr std::size_t kViewers = 10'000;

/// Who publishes what they watch, and wants nothing.
class Publisher final : public visits::Visitor {
  public:
    net::SessionPort::Traffic traffic() const override { return {0, 0}; }
    void endLater(const std::string& /*reason*/) override {}
    void endAfterFailure(const std::exception& /*why*/) noexcept override {}
    void setAdmitted(bool /*isAdmitted*/) override {}
};

/// A stream on one loop, behind a gate where everybody may.
class Theatre {
  public:
    Theatre() {
        loops_.push_back(std::make_unique<net::Loop>("bench", clock_, log_));
        loop().start();
        viewers_.emplace(services_, segmented_, budget_, loops_);
        loop().runAndWait([this] { publish(); });
        settle();
    }
    ~Theatre() {
        viewers_->endVhosts([](const std::string& /*vhost*/) { return true; }, "over");
        loop().runAndWait([this] { visit_.reset(); });
        loop().stop();
        transport_.stop();
    }
    Theatre(const Theatre&) = delete;
    Theatre& operator=(const Theatre&) = delete;

    /// As many as there are admitted.
    std::size_t admit(std::size_t count) {
        std::vector<hls::ViewerPassPtr> passes;
        passes.reserve(count);
        loop().runAndWait([&] {
            for (std::size_t i = 0; i < count; ++i)
                if (auto pass = viewers_->open(wanted(i), loop(), true)) passes.push_back(std::move(pass.value()));
        });
        settle();
        std::size_t admitted = 0;
        for (const hls::ViewerPassPtr& pass : passes) admitted += pass->state() == hls::ViewerPass::State::Admitted;
        return admitted;
    }

  private:
    net::Loop& loop() { return *loops_.front(); }

    /// What is asked is answered by posts of posts.
    void settle() {
        constexpr int kTurns = 20;
        for (int i = 0; i < kTurns; ++i) loop().runAndWait([] {});
    }

    hls::Viewer::Wanted wanted(std::size_t index) const {
        hls::Viewer::Wanted one;
        one.vhost = vhost_;
        one.key = {vhost_->name, "live", "show"};
        one.param = fmt::format("?token={:016x}", index);
        one.url = "http://video.example.com/live/show.m3u8" + one.param;
        one.pageUrl = "https://www.example.com/";
        one.ip = fmt::format("10.{}.{}.{}", index / 62'500, index / 250 % 250, index % 250);
        return one;
    }

    void publish() {
        visit_.emplace(services_, loop(),
                       visits::Caller{numbers_.next(), "rtmp-1", config::Protocol::Rtmp, "192.0.2.1"}, publisher_);
        visits::Place place;
        place.app = "live";
        visit_->connect(vhost_, place, [this](const auto& /*refusal*/) {
            visit_->publish({"live", "show", {}, {}}, {}, [](const auto& /*refusal*/) {});
        });
    }

    // owned
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::Error, ""};
    hooks::CurlTransport transport_{{1024, 20'000}, clock_, log_};
    hooks::SrsJsonDialect dialect_{"vid-0123456", "01234567"};
    hooks::Admission admission_{transport_, dialect_, log_};
    std::shared_ptr<config::VhostConfig> vhost_ = [] {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = "__defaultVhost__";
        vhost->hls.enabled = true;
        return vhost;
    }();
    config::CurrentConfig config_{[this] {
        auto config = std::make_shared<config::Config>();
        config->vhosts.push_back(vhost_);
        config->limits.hlsViewers = 2 * kViewers;
        return config;
    }()};
    hub::StreamRegistry streams_{1024 * 1024, 64 * 1024};
    visits::ClientBook book_;
    visits::ClientNumbers numbers_;
    visits::Services services_{admission_, streams_, book_, log_, numbers_, config_};
    hls::Streams segmented_{log_, config_};
    net::ConnectionBudget budget_{net::ConnectionBudget::Limits::ofViewers(*config_.get()), clock_};
    std::vector<std::unique_ptr<net::Loop>> loops_;
    std::optional<hls::Viewers> viewers_;
    Publisher publisher_;
    std::optional<visits::Visit> visit_;
};

/// `bytes`: of each, as the allocator has given them out.
void hlsViewerMemory(benchmark::State& state) {
    double bytes = 0;
    for (auto _ : state) {
        Theatre theatre;
        // What grows once for all has grown.
        if (theatre.admit(100) != 100) state.SkipWithError("refused");
        const std::size_t before = ::mallinfo2().uordblks;
        if (theatre.admit(kViewers) != kViewers) state.SkipWithError("refused");
        bytes = static_cast<double>(::mallinfo2().uordblks - before) / kViewers;
    }
    state.counters["bytes"] = bytes;
}
BENCHMARK(hlsViewerMemory)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
