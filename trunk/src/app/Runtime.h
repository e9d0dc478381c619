#pragma once

#include "app/ClientNumberFile.h"
#include "app/ListenerKinds.h"
#include "app/Predecessor.h"
#include "app/Service.h"
#include "base/Clock.h"
#include "base/Log.h"
#include "base/Result.h"
#include "base/Task.h"
#include "cluster/Node.h"
#include "cluster/Pulls.h"
#include "cluster/SharedEvents.h"
#include "config/CurrentConfig.h"
#include "control/Api.h"
#include "hls/Outputs.h"
#include "hls/Streams.h"
#include "hooks/Admission.h"
#include "hooks/CurlTransport.h"
#include "hooks/EventFeed.h"
#include "hooks/Heartbeat.h"
#include "hooks/SrsJsonDialect.h"
#include "hub/IdleWatch.h"
#include "hub/NewestKeyframes.h"
#include "hub/StreamEvents.h"
#include "hub/StreamRegistry.h"
#include "inputs/Captures.h"
#include "net/ConnectionBudget.h"
#include "net/Loop.h"
#include "net/Timer.h"
#include "outputs/Execs.h"
#include "outputs/Recorders.h"
#include "spool/DiskSpool.h"
#include "spool/WebhookQueues.h"
#include "visits/ClientBook.h"
#include "visits/ClientNumbers.h"
#include "visits/Services.h"
#include "vod/Recordings.h"
#include "vod/Snapshots.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hookcast::app {

/// The running server: every room's objects, made in the order of the rooms and wired once; a reload changes what they
/// serve. Main thread.
///
/// Teardown, in stop(): captures, the node of the cluster, listeners and sessions (each closes its tickets), then
/// recordings and segments are completed, then the closing events leave, then service:down and what webhooks have not
/// been told yet, then the hook thread, then the loops, that of the courier first, then the spool is written; what is
/// left dies with this object, from the last member to the first. What waits in Redis is left to other nodes last.
class Runtime {
  public:
    /// How many event loops it has; one per core, where the configuration does not say.
    static unsigned loopsOf(const config::Config& config);

    /// Starts the threads and binds the listeners. Throws std::runtime_error when a listener cannot be bound.
    /// `reloads`: how the control interface asks for a reload. `predecessor`: whose sockets are used, where it is
    /// there.
    Runtime(const std::shared_ptr<const config::Config>& config, control::ReloadControl& reloads,
            Predecessor& predecessor, base::Log& log);
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    /// Begins to accept.
    void start();

    /// Goes on with this configuration. New listeners open before old ones close, and when one cannot be opened nothing
    /// has changed; when the machine refuses something later, a thread for example, what has changed is put back. Who
    /// is on a vhost that is not served any more, or plays by a protocol that is off now, is closed; everybody else
    /// stays, under the configuration that they began with. Captures and webhooks are compared one by one.
    /// How many directives have changed that count at the next start only; the log has which.
    base::Result<std::size_t> reload(const config::Config& wanted);

    /// Closes the listeners; who is there stays.
    void stopAccepting();

    /// The same for a process that another one takes over from: lets go of what only one can have, too (sharedPart()).
    void handOver();

    /// Every loop that is to answer as long as the server is well.
    std::vector<net::Loop*> loops();

    /// How many clients are connected.
    std::size_t clients() const { return budget_.open() + apiBudget_.open(); }

    std::shared_ptr<const config::Config> config() const { return config_.get(); }

    /// Ends everything that runs; returns when it has ended. `reason` is told to the backends. A part that fails at its
    /// end is logged, and the others go on.
    void stop(const std::string& reason);

  private:
    /// A task per service, which goes over to a configuration for which everything is bound.
    using Prepared = std::vector<base::Task>;

    Prepared prepare(const std::shared_ptr<const config::Config>& config);
    void apply(Prepared prepared, const std::shared_ptr<const config::Config>& config);
    void goBackTo(const std::shared_ptr<const config::Config>& config);
    void stopPart(const char* part, const std::function<void()>& stop);
    void endGoneVhosts(const config::Config& config);
    net::ConnectionBudget::Limits clientLimits(const config::Config& config) const;
    void tellHeldBackLater();
    std::unique_ptr<cluster::Pulls> makePulls(const config::Config& config);
    std::unique_ptr<cluster::Node> makeNode(const config::Config& config);
    std::unique_ptr<cluster::SharedEvents> makeSharedEvents(const config::ClusterConfig& cluster) const;
    void startSpool();
    control::ApiContext apiContext(control::ReloadControl& reloads);

    // given
    base::Log& log_;
    // owned
    config::CurrentConfig config_;
    base::SystemClock clock_;
    spool::DiskSpool spool_;                           ///< outlives whoever may have something to keep
    std::unique_ptr<spool::WebhookQueues> keptEvents_; ///< null where they are in memory alone
    std::vector<std::unique_ptr<net::Loop>> loops_;
    net::Timer heldBackTimer_; ///< of the first loop, from start() until that has stopped
    hooks::CurlTransport transport_;
    net::Loop courierLoop_; ///< of what is told to backends later
    hooks::SrsJsonDialect dialect_;
    hooks::Admission admission_;
    hub::StreamRegistry streams_;
    visits::ClientBook clients_;
    std::unique_ptr<cluster::SharedEvents> sharedEvents_; ///< null where it is none of a cluster
    std::shared_ptr<hooks::EventFeed> events_;
    hub::StreamEvents streamEvents_;
    hub::IdleWatch idleWatch_;
    outputs::Execs execs_;
    outputs::Recorders recorders_;
    hls::Streams hls_;
    hls::Outputs hlsOutputs_;
    ClientNumberFile numberFile_;
    visits::ClientNumbers numbers_;
    visits::Services shared_; ///< by the clients of all protocols
    net::ConnectionBudget budget_;
    net::ConnectionBudget apiBudget_;    ///< a flood on one side leaves the other alone
    net::ConnectionBudget viewerBudget_; ///< of HLS, DASH and recordings
    ListenerKinds kinds_;
    hub::NewestKeyframes keyframes_;
    vod::Snapshots snapshots_;
    vod::Recordings recordings_;
    control::Api api_;
    std::shared_ptr<hooks::Heartbeat> heartbeat_;
    std::vector<std::unique_ptr<Service>> services_;
    Prepared first_; ///< from the constructor to start()
    inputs::Captures captures_;
    std::unique_ptr<cluster::Pulls> pulls_; ///< null where no streams are pulled, by this server or from it
    std::unique_ptr<cluster::Node> node_;   ///< null where it is none of a cluster
};

} // namespace hookcast::app
