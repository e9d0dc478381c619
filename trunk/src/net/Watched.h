#pragma once

#include "net/Watch.h"

#include <Poco/Net/Socket.h>

#include <cstdint>

namespace hookcast::net {

class Reactor;

/// The other side of a Watch: a descriptor that is entered in Poco's reactor, from the constructor until leave().
/// For Reactor and Watch alone, so that nobody else needs Poco's headers. Loop thread only.
///
/// What is no longer wanted is taken out of the poll when it happens next, as it is often wanted again by then: a
/// player that is full writes, and is full again. Poco 1.11 does not change a poll when an observer goes while another
/// stays, so it has to be told anew.
class Watched {
  public:
    /// Throws Poco::Exception when the system cannot watch `fd`.
    Watched(Reactor& reactor, int fd, Watch::Interest wanted, Watch::OnEvent onEvent);
    ~Watched() { leave(); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    /// Throws Poco::Exception when the system refuses.
    void want(Watch::Interest wanted);

    /// Nothing is told from here on. Once or several times.
    void leave();

    /// Poco says that `event` is the case. May destroy this.
    void onPolled(Watch::Event event);

    /// Both directions are closed. May destroy this.
    void onHangUp();

    void tell(Watch::Event event) { onEvent_(event); }

    /// Another watch has begun on the same number: what this one watched is closed already, and its entries in the
    /// kernel have gone with it.
    void lose() { isLost_ = true; }

    Reactor& reactor() const { return reactor_; }
    int fd() const { return fd_; }

    /// Of all watches of a reactor.
    std::uint32_t serial() const { return serial_; }

  private:
    void pollNoMore(Watch::Event event);
    void pollAnew();
    void takeOutOfPoll();
    void heedHangUps();

    // given
    Reactor& reactor_;
    int fd_;
    Watch::OnEvent onEvent_;
    // owned
    Poco::Net::Socket socket_;
    // state
    std::uint32_t serial_;
    Watch::Interest wanted_;
    Watch::Interest polled_; ///< what Poco polls for, at least what is wanted
    bool isSocket_;
    bool isHeeded_ = false; ///< Reactor::heedHangUps()
    bool isLost_ = false;
    bool hasLeft_ = false;
};

} // namespace hookcast::net
