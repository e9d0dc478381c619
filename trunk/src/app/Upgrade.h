#pragma once

#include "app/PidFile.h"
#include "app/Predecessor.h"
#include "app/Runtime.h"
#include "app/ServiceManager.h"
#include "app/SignalWaiter.h"
#include "app/Successor.h"
#include "base/Log.h"

namespace hookcast::app {

/// A server that is replaced while it runs. The old process starts the new one and goes on; the new one serves on the
/// same sockets what two can serve at one time, and says so; the old one lets nobody in any more and lets go of the
/// rest (see sharedPart()), and says so; the new one takes that, and is the server. The old one's clients have their
/// time to leave. Main thread.
class Upgrade {
  public:
    enum class Outcome {
        Failed,     ///< the log has why; this process is the server as before
        HandedOver, ///< another one is
        Ended,      ///< a signal to end came meanwhile
    };

    /// All outlive it.
    struct Parts {
        Runtime& runtime;
        const SignalWaiter& signals;
        ServiceManager& manager;
        const PidFile& pidFile;
        base::Log& log;
    };
    explicit Upgrade(const Parts& parts) : parts_(parts) {}

    /// In the old process.
    Outcome run(const Birth& birth);

    /// In the new one, which serves sharedPart(config): says so, waits for the rest, and takes it.
    void takeOver(Predecessor& predecessor, const config::Config& config);

  private:
    Outcome tryRun(const Birth& birth);
    void handOver();

    Parts parts_;
};

} // namespace hookcast::app
