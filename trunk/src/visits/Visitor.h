#pragma once

#include "net/SessionPort.h"

#include <cstdint>
#include <exception>
#include <string>

namespace hookcast::visits {

/// Whose visit it is, as its session knows him: the seam between the two. A connection is one, but so are a capture and
/// a viewer who comes by many connections. Loop thread only; outlives its visit.
class Visitor : public net::TimerOwner {
  public:
    virtual ~Visitor() = default;

    /// Of this client, in all.
    virtual net::SessionPort::Traffic traffic() const = 0;

    /// Ends the session, and the visit with it, once the current call is over: somebody outside wants it.
    virtual void endLater(const std::string& reason) = 0;

    /// The same, as what was to happen has thrown; see net::SessionPort.
    void endAfterFailure(const std::exception& why) noexcept override = 0;

    /// Another one takes the name that the client publishes, or nobody watches: the session is to end. By a post.
    virtual void onEvicted(const std::string& reason) { endLater(reason); }

    /// The client has what it was let in for from now on, or has it not any more.
    virtual void setAdmitted(bool isAdmitted) = 0;

    /// A verdict is out: what the client says next is not read before the session, once told, goes on by itself.
    virtual void suspend() {}

    /// From there until it goes on.
    virtual bool isSuspended() const { return false; }

    /// The client must do what is expected of it within `withinMs`, or the session ends with `otherwise` as reason.
    /// Replaces the expectation before it.
    virtual void expect(std::int64_t /*withinMs*/, const char* /*otherwise*/) {}
    virtual void expectNothing() {}

    /// See net::SessionPort.
    virtual void gatherReads(std::int64_t /*periodMs*/) {}
    virtual void setNoDelay(bool /*on*/) {}
};

/// One whose session is a connection.
class PortVisitor : public Visitor {
  public:
    explicit PortVisitor(net::SessionPort& port) : port_(port) {}

    net::SessionPort::Traffic traffic() const override { return port_.traffic(); }
    void endLater(const std::string& reason) override { port_.endLater(reason); }
    void endAfterFailure(const std::exception& why) noexcept override { port_.endAfterFailure(why); }
    void onEvicted(const std::string& reason) override { port_.end(reason, {}); }
    void setAdmitted(bool isAdmitted) override { port_.setAdmitted(isAdmitted); }
    void suspend() override {
        isSuspended_ = true;
        port_.suspend();
    }
    bool isSuspended() const override { return isSuspended_; }
    void expect(std::int64_t withinMs, const char* otherwise) override { port_.expect(withinMs, otherwise); }
    void expectNothing() override { port_.expectNothing(); }
    void gatherReads(std::int64_t periodMs) override { port_.gatherReads(periodMs); }
    void setNoDelay(bool on) override { port_.setNoDelay(on); }

  protected:
    /// Messages flow again; those that waited are delivered from within this call.
    void resume() {
        isSuspended_ = false;
        port_.resume();
    }

    net::SessionPort& port() const { return port_; }

  private:
    net::SessionPort& port_;
    bool isSuspended_ = false;
};

} // namespace hookcast::visits
