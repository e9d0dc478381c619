#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "cluster/ClusterReport.h"
#include "cluster/Directory.h"
#include "cluster/HubDesk.h"
#include "cluster/Leases.h"
#include "cluster/PictureWatch.h"
#include "cluster/PullPlan.h"
#include "cluster/Puller.h"
#include "cluster/SharedState.h"
#include "config/Config.h"
#include "hooks/ServerEvent.h"
#include "hub/StreamRegistry.h"
#include "inputs/Captures.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// This server as a node of a cluster: has those captures fetched that are its own by the moment, and tells the
/// webhooks which it has taken from others and given back (server:capture, server:release); shares the names of streams
/// with the other nodes, and has brought from these what is wanted here.
///
/// Its own loop, so that nothing that is slow elsewhere keeps it from stopping what it has no lease for; it waits for
/// the loops that captures run on. Teardown: stop(), before the captures and the hooks stop.
class Node {
  public:
    /// What it works with; outlives it.
    struct Parts {
        inputs::Captures& captures;
        hub::StreamRegistry& streams;
        hooks::EventSink& events;
        Puller* puller; ///< null: nothing is brought from other nodes
        const base::Clock& clock;
        base::Log& log;
    };

    /// So long a capture that goes home is fetched here, too, until its players have it from there.
    static constexpr std::int64_t kHandoverMs = 3000;

    /// Before anything is published. Nothing is fetched from now on but what its captures() say.
    Node(const LeaseTerms& terms, std::unique_ptr<SharedState> state, const Parts& parts);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Joins. Returns when it has, or cannot tell yet, as the state does not answer, or as what another process has
    /// left under its name must first show no life. Throws std::runtime_error when somebody lives there.
    void start();

    /// Goes on with what this configuration wants to be fetched. Any thread.
    void apply(const config::Config& config);

    /// Ends what it fetches, and lets the others know. Not on a loop.
    void stop(const std::string& reason);

    /// For the control interface.
    ClusterReport& report() { return report_; }

    /// The number by which this node has the name of a stream; 0: it has not. Any thread.
    std::uint64_t fenceOf(const hooks::StreamKey& key) const;

    /// The clock that all nodes share, as far as it is known. Any thread.
    std::int64_t clusterUnixMs() const;

  private:
    using Fences = std::map<hooks::StreamKey, std::uint64_t>;

    struct Leaving {
        std::string home; ///< that has it now
        std::int64_t untilMs = 0;
    };

    void tick();
    void talk();
    void talkIfWorthwhile();
    void permit();
    void learn(const Outcome& outcome);
    void tellNames(const std::vector<LostName>& lost);
    void keepSnapshot();
    void onOutcome(const base::Result<Outcome>& outcome);
    void noteAnswer(bool isNameTaken);
    void tell(const LeaseNews& news);
    void post(config::EventName name, const CapturesByNode& captures);
    void noteFailure(const std::string& why);
    void measure();
    std::int64_t delayMs() const;

    // given
    LeaseTerms terms_;
    Parts parts_;
    // owned; the state's thread ends before the loop that it posts to
    net::Loop loop_;
    PictureWatch pictures_;
    std::unique_ptr<SharedState> state_;
    // state, on the loop
    Leases leases_;
    Directory directory_;
    std::optional<PullPlan> plan_; ///< none: nothing is pulled
    HubDesk desk_;
    ClusterReport report_;
    net::Timer timer_;
    std::size_t ownChanges_ = 0;              ///< of what is asked: those of leases_, which come first
    std::size_t nameChanges_ = 0;             ///< those of directory_, which come next; report_'s are the last
    std::map<std::string, Leaving> leaving_;  ///< captures that go home, fetched until then for their players
    std::map<std::string, std::string> uids_; ///< as webhooks know the captures
    bool isTalking_ = false;
    std::function<void()> onQuiet_;          ///< once nothing is asked any more: the farewell
    std::optional<std::int64_t> failedAtMs_; ///< when the state last has not answered
    std::uint64_t measuredBytes_ = 0;
    std::size_t measuredCaptures_ = 0;
    std::int64_t measuredAtMs_ = 0;
    // state, any thread
    mutable std::mutex mutex_; ///< guards all below
    std::condition_variable changed_;
    enum class Standing : std::uint8_t { Unknown, Joined, NameTaken } standing_ = Standing::Unknown;
    bool isAway_ = false; ///< the state has not answered last
    bool isRunning_ = false;
    std::shared_ptr<const Fences> fences_ = std::make_shared<Fences>();
    std::int64_t clockOffsetMs_ = 0; ///< of clusterUnixMs() from the monotonic time
};

} // namespace hookcast::cluster
