#pragma once

#include "hls/Streams.h"
#include "hls/ViewerPass.h"
#include "hub/Audience.h"
#include "net/ConnectionBudget.h"
#include "visits/RoamingViewer.h"
#include "visits/Services.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hls {

/// One viewer of a stream, from the first request for its playlist to the end of his last. His pass is what requests
/// know of him. Loop thread of his home only.
class Viewer final : public visits::RoamingViewer {
  public:
    /// The viewer has ended; it is destroyed later, by a post of whoever is told. Once.
    using OnGone = std::function<void(Viewer&)>;

    /// The others outlive it.
    Viewer(visits::Services& services, const Streams& streams, const Wanted& wanted, net::ConnectionPlace place,
           ViewerPassPtr pass, OnGone onGone);
    ~Viewer() override;
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    /// Asks the backends, and waits for a publisher.
    void start(const Wanted& wanted);

    /// Likewise; `state`: what requests hear of him.
    void end(const std::string& reason, ViewerPass::State state);

    // visits::RoamingViewer
    void end(const std::string& reason) override { end(reason, ViewerPass::State::Ended); }

    /// Ends him if nobody asks for anything while the verdict is out.
    void endIfAbandoned();

    /// Ends him if he has asked for nothing for too long.
    void look(std::int64_t nowMs);

    const ViewerPassPtr& pass() const { return pass_; }
    const hooks::StreamKey& key() const { return pass_->key(); }

  private:
    void awaitStream(const visits::Wish& wish);
    void admit();
    bool hasSegments() const;
    std::int64_t timeoutMs(const WindowViewPtr& view) const;

    // given
    const Streams& streams_;
    ViewerPassPtr pass_;
    OnGone onGone_;
    // owned
    std::optional<hub::Audience> audience_; ///< from the yes on
    // state
    bool hasEnded_ = false;
};

} // namespace hookcast::hls
