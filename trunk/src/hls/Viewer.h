#pragma once

#include "hls/Streams.h"
#include "hls/ViewerPass.h"
#include "hub/Audience.h"
#include "net/ConnectionBudget.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hls {

/// One viewer of a stream, from the first request for its playlist to the end of his last: a visit without a
/// connection. What he gets goes over any number of them, on any loop; his pass is what those know of him. Loop thread
/// of his home only.
class Viewer final : private visits::Visitor, public std::enable_shared_from_this<Viewer> {
  public:
    /// What his first request says.
    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        std::string app;
        std::string stream;
        std::string url;     ///< whole, without what is ours in its query
        std::string tcUrl;   ///< without stream and query
        std::string param;   ///< the client's own query with its `?`
        std::string pageUrl; ///< Referer
        std::string ip;

        hooks::StreamKey key() const { return {vhost->name, app, stream}; }
    };

    /// The viewer has ended; it is destroyed later, by a post of whoever is told. Once.
    using OnGone = std::function<void(Viewer&)>;

    /// The others outlive it.
    Viewer(visits::Services& services, const Streams& streams, const Wanted& wanted, net::ConnectionPlace place,
           ViewerPassPtr pass, OnGone onGone);
    ~Viewer() override;
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    /// Asks the backends, and waits for a publisher.
    void start(Wanted wanted);

    /// Ends everything; see Visit::close(). Nothing where he has ended.
    void end(const std::string& reason, ViewerPass::State state = ViewerPass::State::Ended);

    /// Ends him if nobody asks for anything while the verdict is out.
    void endIfAbandoned();

    /// Ends him if he has asked for nothing for too long.
    void look(std::int64_t nowMs);

    const ViewerPassPtr& pass() const { return pass_; }
    const hooks::StreamKey& key() const { return pass_->key(); }

  private:
    // visits::Visitor
    net::SessionPort::Traffic traffic() const override { return {pass_->sentBytes(), 0}; }
    void endLater(const std::string& reason) override;
    void endAfterFailure(const std::exception& why) noexcept override;
    void setAdmitted(bool isAdmitted) override { place_.setAdmitted(isAdmitted); }

    void askToPlay(const visits::Wish& wish);
    void awaitStream(const visits::Wish& wish);
    void admit();
    bool hasSegments() const;
    std::int64_t timeoutMs(const WindowViewPtr& view) const;

    // given
    visits::Services& services_;
    const Streams& streams_;
    ViewerPassPtr pass_;
    OnGone onGone_;
    // owned
    net::ConnectionPlace place_; ///< given back when he is destroyed
    visits::Visit visit_;
    std::optional<hub::Audience> audience_; ///< from the yes on
    // state
    std::int64_t arrivedAtMs_;
    bool mustEnd_ = false; ///< something has thrown, and there was no memory to end him then
    bool hasEnded_ = false;
};

} // namespace hookcast::hls
