#pragma once

#include "hooks/StreamKey.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "net/SessionPort.h"
#include "net/Timer.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::vod {

/// What a viewer's requests, on whatever loop, tell of him. Any thread.
struct ViewerTraffic {
    std::atomic<std::uint64_t> sentBytes{0};
    std::atomic<std::uint64_t> receivedBytes{0};
    std::atomic<std::int64_t> heardAtMs{0};  ///< of the clock of loops
    std::atomic<std::int64_t> patienceMs{0}; ///< he may ask for nothing for so long
    std::atomic<std::uint32_t> requests{0};  ///< that are being answered
    std::atomic<bool> isOver{false};         ///< he has no right any more
};

/// What he asks for, as the backends are told.
struct ViewerWish {
    std::shared_ptr<const config::VhostConfig> vhost;
    hooks::StreamKey key;
    std::string url;     ///< whole
    std::string param;   ///< the query with its `?`, byte for byte
    std::string pageUrl; ///< Referer
};

/// Who looks at recordings by a playlist: to the backends one player, from his first request until he has asked for
/// nothing for a while, by however many connections he comes. Its loop only, but for traffic().
class Viewer final : public visits::Visitor, public std::enable_shared_from_this<Viewer> {
  public:
    /// So long he may be silent; longer where segments are long.
    static constexpr std::int64_t kPatienceMs = 60'000;

    using OnVerdict = std::function<void(const std::optional<visits::Refusal>&)>;
    using OnEnd = std::function<void()>;

    /// `services` outlives it. `onEnd` is called once: it has no right any more, and may be destroyed once the current
    /// call is over.
    Viewer(visits::Services& services, net::Loop& loop, std::string ip, net::ConnectionPlace place, OnEnd onEnd);

    /// Asks the gate. `onVerdict` is called later, unless end() comes first; after a refusal it has ended.
    void ask(const ViewerWish& wish, const OnVerdict& onVerdict);

    /// Ends what was permitted; the backends are told `reason`. Once.
    void end(const std::string& reason);

    const std::shared_ptr<ViewerTraffic>& shared() const { return traffic_; }
    std::string vhostName() const { return visit_.vhostName(); }

    // visits::Visitor
    net::SessionPort::Traffic traffic() const override {
        return {traffic_->sentBytes.load(), traffic_->receivedBytes.load()};
    }
    void endLater(const std::string& reason) override;
    void endAfterFailure(const std::exception& why) noexcept override;
    void setAdmitted(bool isAdmitted) override { place_.setAdmitted(isAdmitted); }

  private:
    void askToPlay(const ViewerWish& wish, const OnVerdict& onVerdict);
    void watch();

    // given
    visits::Services& services_;
    net::Loop& loop_;
    OnEnd onEnd_;
    // owned
    net::ConnectionPlace place_; ///< given back when he is destroyed
    std::shared_ptr<ViewerTraffic> traffic_ = std::make_shared<ViewerTraffic>();
    net::Timer timer_;
    visits::Visit visit_;
    // state
    bool hasEnded_ = false;
};

} // namespace hookcast::vod
