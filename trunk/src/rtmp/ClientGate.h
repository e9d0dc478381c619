#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hub/StreamKey.h"
#include "net/Loop.h"
#include "rtmp/StreamName.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::rtmp {

/// One client before the hooks: which vhost it is on, what the backends were told about it, and its permission to be
/// connected. Loop thread of its session only.
class ClientGate {
  public:
    /// Who is at the other end, as far as the connection tells.
    struct Caller {
        std::uint64_t number;
        std::string logName;
        std::string ip;
    };

    using OnConnected = std::function<void(base::Result<void>)>;

    ClientGate(hooks::Admission& admission, net::Loop& loop, Caller caller);

    /// Asks whether the client may connect to `vhost`. `onConnected` is called later, on the loop, unless close() comes
    /// first.
    void connect(std::shared_ptr<const config::VhostConfig> vhost, const ConnectTarget& target,
                 const std::string& pageUrl, const OnConnected& onConnected);

    /// Asks the same about another vhost: its backends hear of every client that comes to them. Only after close(), as
    /// the client leaves the one that it was on.
    void moveTo(std::shared_ptr<const config::VhostConfig> vhost, const OnConnected& onConnected);

    /// Asks whether it may publish or play. Only when connected.
    void ask(hooks::HookAction action, const StreamTarget& target, const std::string& streamId,
             const hooks::OnVerdict& onVerdict);

    /// Cancels what is asked and ends the connection's permission.
    void close(const std::string& reason, std::uint64_t sentBytes, std::uint64_t receivedBytes);

    /// Cancels what is asked; the permission stays.
    void cancel() { pending_.cancel(); }

    bool connected() const { return ticket_.has_value(); }

    /// Null before the first connect().
    const std::shared_ptr<const config::VhostConfig>& vhost() const { return vhost_; }

    hub::StreamKey keyOf(const StreamTarget& target) const { return {vhost_->name, target_.app, target.stream}; }
    const Caller& caller() const { return caller_; }
    const std::string& app() const { return target_.app; }

  private:
    std::shared_ptr<const hooks::ClientInfo> describe() const;

    // given
    hooks::Admission& admission_;
    net::Loop& loop_;
    Caller caller_;
    // owned
    std::shared_ptr<hooks::HookLane> lane_;
    std::optional<hooks::Ticket> ticket_;
    hooks::PendingAdmission pending_;
    // state
    std::string clientId_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::shared_ptr<const hooks::ClientInfo> client_;
    ConnectTarget target_;
    std::string pageUrl_;
};

} // namespace hookcast::rtmp
