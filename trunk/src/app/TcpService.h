#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "net/TcpServer.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hookcast::app {

/// One protocol over TCP: whether and where it is served, as the configuration of the moment says. Main thread.
class TcpService {
  public:
    /// Where the protocol is to be served; nowhere when it is off.
    using Addresses = std::vector<config::ListenAddress> (*)(const config::Config&);

    /// What a configuration needs and is not there yet: bound, and not accepting.
    struct Prepared {
        std::vector<config::ListenAddress> addresses;
        std::unique_ptr<net::TcpServer> server; ///< where there was none
        net::TcpServer::Bound listeners;        ///< else
    };

    /// `name` is for the log. All others outlive this.
    TcpService(std::string name, Addresses addresses, std::span<const std::unique_ptr<net::Loop>> loops,
               net::ConnectionBudget& budget, base::Log& log, net::TcpServer::MakeSession makeSession);

    /// Binds what is missing and changes nothing else. Throws std::runtime_error when it cannot.
    Prepared prepare(const config::Config& config);

    /// Serves where `prepared` says, and nowhere else. Where the protocol is off now, its sessions end.
    void apply(Prepared prepared);

    /// Sessions stay.
    void stopAccepting();

    /// See net::TcpServer.
    void endSessions(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason);
    void stop(const std::string& reason);

  private:
    // given
    std::string name_;
    Addresses addressesIn_;
    std::span<const std::unique_ptr<net::Loop>> loops_;
    net::ConnectionBudget& budget_;
    base::Log& log_;
    net::TcpServer::MakeSession makeSession_;
    // owned
    std::unique_ptr<net::TcpServer> server_; ///< null while the protocol is off
};

/// One line per address that is new, and per one that is not served any more.
void tellListening(base::Log& log, const std::string& protocol, std::span<const config::ListenAddress> before,
                   std::span<const config::ListenAddress> now);

} // namespace hookcast::app
