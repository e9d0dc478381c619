#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hooks {

/// One client before the hooks: which vhost it is on, what the backends were told about it, and its permission to be
/// connected. Every session of every protocol has one. Loop thread of its session only.
///
/// What the vhost's own rules (`security`, `refer`) refuse is refused here, and no backend hears of it.
class ClientGate {
  public:
    /// Who is at the other end, as far as the connection tells.
    struct Caller {
        std::uint64_t number; ///< unique in this process
        std::string logName;
        std::string protocol; ///< rtmp, rtsp, httpflv, srt
        std::string ip;
        bool isOurs = false; ///< a capture: the rules about clients are not for it
    };

    /// What the client wants to connect to, byte for byte as it says.
    struct Place {
        std::string app;
        std::string url;   ///< of the connection: for RTMP the tcUrl, else the whole URL of the first request
        std::string tcUrl; ///< what the JSON hooks call so: `url` without stream and query
        std::string pageUrl;
        std::string param;                    ///< the query with its `?`
        std::string stream;                   ///< only where connecting names one
        std::optional<config::StreamUse> use; ///< what the client will ask for, where connecting tells
    };

    /// What it wants to publish or play.
    struct Wish {
        std::string app; ///< empty: that of the connection
        std::string stream;
        std::string param;    ///< the query with its `?`; empty: that of the connection
        std::string url;      ///< whole
        std::string streamId; ///< see hub::StreamRegistry::streamId()
    };

    using OnConnected = std::function<void(base::Result<void>)>;

    /// `port`: the way to the client's session, which must outlive its tickets.
    ClientGate(Admission& admission, net::Loop& loop, Caller caller, ClientPort port);
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

    /// Why the vhost's rules do not let this client publish or play; empty when they do. Only after connect().
    std::string denial(config::StreamUse use) const;

    /// The stream that a wish is about: what its ticket will permit. Only after connect().
    StreamKey keyOf(const Wish& wish) const;

    /// Asks whether it may publish or play. Only when connected.
    void ask(HookAction action, const Wish& wish, const OnVerdict& onVerdict);

    /// Cancels what is asked and ends the connection's permission.
    void close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes);

    /// Cancels what is asked; the permission stays.
    void cancel();

    bool connected() const { return ticket_.has_value(); }

    /// Null before the first connect().
    const std::shared_ptr<const config::VhostConfig>& vhost() const { return vhost_; }

    /// Empty before the first connect().
    std::string vhostName() const { return vhost_ == nullptr ? std::string() : vhost_->name; }

    const Caller& caller() const { return caller_; }
    const Place& place() const { return place_; }

  private:
    void askToConnect(const OnConnected& onConnected);
    std::string connectDenial() const;
    std::string wishDenial(HookAction action, const StreamKey& key) const;
    void refuseLater(std::function<void()> refuse);
    std::shared_ptr<const ClientInfo> describe(const std::string& app) const;

    // given
    Admission& admission_;
    net::Loop& loop_;
    Caller caller_;
    ClientPort port_;
    // owned
    std::shared_ptr<HookLane> lane_;
    std::optional<Ticket> ticket_;
    PendingAdmission pending_;
    net::Timer refusal_; ///< what the rules refuse, on its way
    // state
    std::string clientId_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::shared_ptr<const ClientInfo> client_;
    Place place_;
};

} // namespace hookcast::hooks
