#pragma once

#include "base/Log.h"
#include "base/Result.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hooks/Updates.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "visits/Caller.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::visits {

/// One client before the hooks: which vhost it is on, what the backends were told about it, and its permission to be
/// connected. Every visit has one. Loop thread of its session only.
///
/// What the vhost's own rules (`security`, `refer`) refuse is refused here, and no backend hears of it.
class ClientGate {
  public:
    using OnConnected = std::function<void(base::Result<void>)>;

    /// `log`: where the client introduces itself.
    ClientGate(hooks::Admission& admission, base::Log& log, net::Loop& loop, const Caller& caller);
    ~ClientGate() { cancel(); }
    ClientGate(const ClientGate&) = delete;
    ClientGate& operator=(const ClientGate&) = delete;

    /// Asks whether the client may connect to `vhost`. `onConnected` is called later, on the loop, unless close() comes
    /// first.
    void connect(std::shared_ptr<const config::VhostConfig> vhost, Place place, const OnConnected& onConnected);

    /// Asks the same about another vhost: its backends hear of every client that comes to them. Only after close(), as
    /// the client leaves the one that it was on for this `use`.
    void moveTo(std::shared_ptr<const config::VhostConfig> vhost, config::StreamUse use,
                const OnConnected& onConnected);

    /// Whether there are backends that hear of the connection when its stream is named, of each stream anew, and have
    /// not been asked about that of `wish`; see config::HookDialectTraits. Where connecting has named a stream, they
    /// have been asked about that one.
    bool owesConnect(const Wish& wish) const;

    /// The client has named what it wants to publish or play: asks them. `onConnected` as for connect(). Traffic as for
    /// close(). Only when connected.
    void nameStream(hooks::HookAction action, const Wish& wish, std::uint64_t sentBytes, std::uint64_t receivedBytes,
                    const OnConnected& onConnected);

    /// Why the vhost's rules do not let this client publish or play; nothing when they do. Only after connect().
    std::optional<hooks::Fault> denial(config::StreamUse use) const;

    /// The log's line about what this server itself refuses. `stream`: vhost/app/stream, as far as it is known; empty:
    /// where the client is. Who asks here is told of here.
    void tellRefusal(hooks::HookAction what, const std::string& stream, const hooks::Fault& why) const;

    /// The stream that a wish is about: what its ticket will permit. Only after connect().
    hooks::StreamKey keyOf(const Wish& wish) const;

    /// Asks whether it may publish or play; `streamId` as hub::StreamRegistry knows it, `replaces`: who publishes it
    /// now, where a publisher takes it over. Only when connected. A capture goes by nothing that a yes says beside yes:
    /// what it is called and whether it is recorded stand in the configuration.
    void ask(hooks::HookAction action, const Wish& wish, const std::string& streamId, const hooks::OnVerdict& onVerdict,
             std::optional<hooks::ClientIds> replaces = {});

    /// Tells the backends what comes of what they have just permitted; null where none wants to hear of it.
    std::unique_ptr<hooks::Updates> tellUpdates(const hooks::Ticket& ticket, hooks::Updates::Traffic traffic) const {
        return hooks::Updates::of(lane_, ticket.event(), std::move(traffic));
    }

    /// Cancels what is asked and ends the connection's permission.
    void close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes);

    /// Keeps how far the connection has come, its newest named stream too, for a server that does not get to tell its
    /// end.
    void note(std::uint64_t sentBytes, std::uint64_t receivedBytes);

    /// Cancels what is asked; the permission stays.
    void cancel();

    bool connected() const { return ticket_.has_value(); }

    /// Null before the first connect().
    const std::shared_ptr<const config::VhostConfig>& vhost() const { return vhost_; }

    /// Empty before the first connect().
    std::string vhostName() const { return vhost_ == nullptr ? std::string() : vhost_->name; }

    /// As the backends are told; where it is, from connect() on. Never null, and another one after each connect().
    const std::shared_ptr<const hooks::ClientInfo>& client() const { return client_; }

    /// Made of that at each call: for a client's questions, not for its messages. Without the credentials, which are
    /// nobody's but the backends'.
    Caller caller() const;
    Place place() const;

  private:
    void askToConnect(const OnConnected& onConnected);
    void closeNamed(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes);
    void requestConnect(hooks::HookEvent event, std::optional<hooks::Ticket>& ticket, const OnConnected& onConnected);
    template <typename OnAnswer>
    void refuse(hooks::HookAction what, const std::string& stream, const hooks::Fault& why, const OnAnswer& onAnswer);
    std::optional<hooks::Fault> connectDenial() const;
    std::optional<hooks::Fault> wishDenial(hooks::HookAction action, const hooks::StreamKey& key) const;
    std::optional<hooks::Fault> pullDenial(config::StreamUse use) const;
    void refuseLater(std::function<void()> refuse);
    std::shared_ptr<const hooks::ClientInfo> clientOf(const std::string& app) const;
    std::shared_ptr<hooks::ClientInfo> clientAt(hooks::ClientPlace place) const;

    // given
    hooks::Admission& admission_;
    net::Loop& loop_;
    bool isOurs_;
    // owned
    std::shared_ptr<hooks::HookLane> lane_;
    std::optional<hooks::Ticket> ticket_;
    std::optional<hooks::Ticket> namedTicket_; ///< of those who are asked when a stream is named, for the newest one
    hooks::PendingAdmission pending_;
    net::Timer refusal_; ///< what the rules refuse, on its way
    // state
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::shared_ptr<const hooks::ClientInfo> client_; ///< what there is to say of it stands here and nowhere else
    std::optional<config::StreamUse> use_;            ///< see Place
    hooks::PullRightPtr pull_;                        ///< likewise
    std::uint64_t toldSentBytes_ = 0;                 ///< in closing events of earlier streams
    std::uint64_t toldReceivedBytes_ = 0;             ///< likewise
};

} // namespace hookcast::visits
