#pragma once

#include "base/ChildProcess.h"
#include "base/WorkerThread.h"
#include "config/Config.h"
#include "hooks/ServerEvent.h"
#include "inputs/Capture.h"
#include "inputs/IngestPlan.h"
#include "inputs/ServerContext.h"
#include "net/Loop.h"
#include "visits/Services.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hookcast::inputs {

/// All that is fetched from elsewhere: what the vhosts' capture blocks name and, of ingest blocks, the outputs whose
/// packets pass as they are, each on one of the loops; and the ffmpegs of the other outputs. Any thread that no loop of
/// these waits for.
///
/// Teardown: stop(), while the loops run; the destructor waits until the last reader has ended.
class Captures {
  public:
    /// `loops` and what `services` and `events` refer to outlive this. `makeReader` is the real one unless a test has
    /// another.
    Captures(const visits::Services& services, hooks::EventSink& events, std::size_t queueBytes,
             std::span<const std::unique_ptr<net::Loop>> loops, MakeSourceReader makeReader = makeLibavReader());
    ~Captures();
    Captures(const Captures&) = delete;
    Captures& operator=(const Captures&) = delete;

    /// Makes what runs what `config` says: starts what is new, ends what is gone, begins anew what has changed. What
    /// has not, nor its vhost, never notices.
    void apply(const config::Config& config);

    /// Of the vhosts' capture blocks only these, by the names of their streams, are fetched from now on; ingests are as
    /// they were. Before it is called the first time: all.
    void permit(std::set<std::string> captures);

    /// Ends all of them, with their closing events. Once more nothing begins.
    void stop(const std::string& reason);

    static MakeSourceReader makeLibavReader();

  private:
    struct RunningIngest {
        FfmpegIngest ingest;
        std::unique_ptr<base::ChildProcess> process;
    };

    struct Running {
        std::shared_ptr<const config::VhostConfig> vhost;
        std::shared_ptr<const config::CaptureConfig> config;
        bool isIngest;
        net::Loop* loop;
        std::shared_ptr<Capture> capture; ///< touched on its loop only
    };
    using Wanted = std::map<std::string, Running>; ///< by vhost, app and stream

    static Wanted wantedBy(const config::Config& config);
    void reconcile();
    bool isPermitted(const Wanted::value_type& wanted) const;
    void applyProcesses(const config::Config& config);
    void start(Running& running);
    static void end(Running& running, const std::string& reason);

    // owned; the context's readers die on `endings_`, which thus goes last
    base::WorkerThread endings_;
    ServerContext context_;
    // given
    std::span<const std::unique_ptr<net::Loop>> loops_;
    // state
    std::mutex mutex_; ///< guards all below
    Wanted wanted_;    ///< none of them runs
    std::optional<std::set<std::string>> permitted_;
    Wanted running_;
    std::vector<RunningIngest> processes_;
    std::size_t nextLoop_ = 0;
};

} // namespace hookcast::inputs
