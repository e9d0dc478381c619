#pragma once

#include "net/InheritedSockets.h"

#include <memory>
#include <string>

namespace hookcast::app {

/// The process that has started this one to take over from it (see Successor), and what it has handed on. Main thread.
class Predecessor {
  public:
    /// What is handed on: `channel=FD pid=FD errors=FD`, then the sockets as net::InheritedSockets has them.
    static constexpr const char* kVariable = "HOOKCAST_UPGRADE";

    /// Reads the variable, and takes it out of the environment.
    Predecessor();
    ~Predecessor();
    Predecessor(const Predecessor&) = delete;
    Predecessor& operator=(const Predecessor&) = delete;

    /// False: this process was started like any other, and none of the rest is of use.
    bool isThere() const { return channel_ >= 0; }

    /// The descriptor of the locked pid file, which is the caller's from then on.
    int takePidFile();

    net::InheritedSockets& sockets() { return *sockets_; }

    /// This process serves; what it has to say from now on goes where the other one's errors go.
    void tellServing();

    /// Waits until what only one process can have is this one's: the other has let go, or has ended.
    void awaitYield() const;

  private:
    // state
    int channel_ = -1;
    int pidFile_ = -1;
    int errors_ = -1;
    // owned
    std::unique_ptr<net::InheritedSockets> sockets_;
};

} // namespace hookcast::app
