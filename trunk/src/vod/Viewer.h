#pragma once

#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/Timer.h"
#include "visits/RoamingViewer.h"
#include "visits/Services.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookcast::vod {

/// What a viewer's requests, on whatever loop, tell of him. Any thread.
struct ViewerTraffic : visits::RoamingTraffic {
    std::atomic<std::int64_t> heardAtMs{0};  ///< of the clock of loops
    std::atomic<std::int64_t> patienceMs{0}; ///< he may ask for nothing for so long
    std::atomic<std::uint32_t> requests{0};  ///< that are being answered
    std::atomic<bool> isOver{false};         ///< he has no right any more
};

/// Who looks at recordings by a playlist, from his first request until he has asked for nothing for a while. Loop
/// thread of his home only, but for shared().
class Viewer final : public visits::RoamingViewer {
  public:
    /// So long he may be silent; longer where segments are long.
    static constexpr std::int64_t kPatienceMs = 60'000;

    using OnEnd = std::function<void()>;

    /// `services` outlives it. `onEnd` is called once: it has no right any more, and may be destroyed once the current
    /// call is over.
    Viewer(visits::Services& services, net::Loop& loop, const std::string& ip, net::ConnectionPlace place, OnEnd onEnd);

    /// Asks the gate. `onVerdict` is called later, unless end() comes first; after a refusal it has ended.
    void start(const Wanted& wanted, const visits::Visit::OnAnswer& onVerdict);

    // visits::RoamingViewer
    void end(const std::string& reason) override;

    const std::shared_ptr<ViewerTraffic>& shared() const { return shared_; }

  private:
    Viewer(visits::Services& services, net::Loop& loop, const std::string& ip, net::ConnectionPlace place,
           std::shared_ptr<ViewerTraffic> shared, OnEnd onEnd);
    void watch();

    // given
    OnEnd onEnd_;
    // owned
    std::shared_ptr<ViewerTraffic> shared_;
    net::Timer timer_;
    // state
    bool hasEnded_ = false;
};

} // namespace hookcast::vod
