#pragma once

#include "config/Config.h"
#include "config/Protocol.h"
#include "hooks/StreamKey.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "visits/RoamingTraffic.h"
#include "visits/Services.h"
#include "visits/Visit.h"
#include "visits/Visitor.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::visits {

/// A player without a connection of his own: what he gets goes over any number of them, on any loop, and to the
/// backends he is one client, from his first request on. Whoever derives from it knows how he is told from others, and
/// when he has gone. Loop thread of his home only.
class RoamingViewer : public Visitor, public std::enable_shared_from_this<RoamingViewer> {
  public:
    /// What his first request says.
    struct Wanted {
        std::shared_ptr<const config::VhostConfig> vhost;
        hooks::StreamKey key;
        std::string url;     ///< whole, without what is ours in its query
        std::string param;   ///< the client's own query with its `?`, byte for byte
        std::string pageUrl; ///< Referer
        std::string ip;
    };

    /// Ends everything that he was let in to; the backends are told `reason`. Once.
    virtual void end(const std::string& reason) = 0;

    const Visit& visit() const { return visit_; }

    // Visitor
    net::SessionPort::Traffic traffic() const final { return traffic_->traffic(); }
    void endLater(const std::string& reason) final;
    void endAfterFailure(const std::exception& why) noexcept final;
    void setAdmitted(bool isAdmitted) final { place_.setAdmitted(isAdmitted); }

  protected:
    /// `services` outlives it. `place`: where he counts, until he is destroyed. `traffic`: never null; his requests
    /// have it, too.
    RoamingViewer(Services& services, net::Loop& home, config::Protocol protocol, const std::string& ip,
                  net::ConnectionPlace place, std::shared_ptr<const RoamingTraffic> traffic);

    /// May he connect, and play? `onAnswer` is called later, unless he ends first.
    void ask(const Wanted& wanted, const Visit::OnAnswer& onAnswer);

    /// What a visit wishes that ask() is about.
    static Wish wishOf(const Wanted& wanted);

    /// Something has thrown, and there was no memory to end him then: whoever looks after him does.
    bool mustEnd() const { return mustEnd_; }

    Services& services() const { return services_; }
    net::Loop& home() const { return home_; }
    Visit& visit() { return visit_; }
    std::int64_t arrivedAtMs() const { return arrivedAtMs_; }

  private:
    // given
    Services& services_;
    net::Loop& home_;
    std::shared_ptr<const RoamingTraffic> traffic_;
    // owned
    net::ConnectionPlace place_;
    Visit visit_;
    // state
    std::int64_t arrivedAtMs_;
    bool mustEnd_ = false;
};

} // namespace hookcast::visits
