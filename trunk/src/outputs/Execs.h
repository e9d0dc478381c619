#pragma once

#include "base/ChildProcess.h"
#include "base/Log.h"
#include "base/Places.h"
#include "base/WorkerThread.h"
#include "config/CurrentConfig.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::outputs {

/// Runs the programs that vhost.exec names, for each publication, as long as it lasts. Any thread; outlives every
/// publication. Teardown: the destructor waits until all programs have ended, each for ChildProcess::kFarewellMs at
/// most from the end of its publication.
class Execs final : public hub::StreamListener {
  public:
    /// `config` says where programs find the streams. No more than `most` programs run at one time. `log` and `config`
    /// outlive this.
    Execs(base::Log& log, const config::CurrentConfig& config, std::size_t most)
        : log_(log), config_(config), places_(most), endings_(log, "exec") {}

    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;
    void onUnpublish(const hub::PublishedStreamPtr& stream) override;

  private:
    struct Program {
        base::Places::Place place; ///< goes when the process has ended
        std::unique_ptr<base::ChildProcess> process;
    };
    using Programs = std::vector<Program>;

    void start(const hub::PublishedStream& stream, const std::vector<std::string>& words, std::int64_t unixMs,
               Programs& programs);

    // given
    base::Log& log_;
    const config::CurrentConfig& config_;
    // state
    base::Places places_;
    std::mutex mutex_; ///< guards all below
    std::map<const hub::PublishedStream*, Programs> running_;
    // owned; waits for those that end, and so dies first
    base::WorkerThread endings_{log_, "exec"};
};

} // namespace hookcast::outputs
