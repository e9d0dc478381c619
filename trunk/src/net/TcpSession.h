#pragma once

#include "net/ConnectionBudget.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace hookcast::net {

/// One accepted connection and what is spoken on it, as its TcpServer sees it. Loop thread only.
class TcpSession {
  public:
    /// Called once, on the loop, when the connection is closed; the session is destroyed later, by a post().
    using OnGone = std::function<void(TcpSession&)>;

    /// Whether a vhost is none any more.
    using IsGone = std::function<bool(const std::string& vhost)>;

    virtual ~TcpSession() = default;

    /// Where it counts, until its death. Before start().
    void occupy(ConnectionPlace place) { place_ = std::move(place); }

    virtual void start() = 0;

    /// Ends the session from outside: shutdown, a kick. OnGone is called from within.
    virtual void kick(const std::string& reason) = 0;

    /// The vhost that the client is on, or is asking to be let on; empty: none now.
    virtual std::string vhostName() const = 0;

    /// kick() for whom a vhost is gone.
    virtual void endOn(const IsGone& isGone, const std::string& reason) {
        if (isGone(vhostName())) kick(reason);
    }

  protected:
    ConnectionPlace& place() { return place_; }

  private:
    // owned
    ConnectionPlace place_;
};

} // namespace hookcast::net
