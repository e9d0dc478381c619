#pragma once

#include "base/ChildProcess.h"
#include "base/Log.h"
#include "base/WorkerThread.h"
#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"

#include <cstddef>
#include <cstdint>
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
    /// `rtmpPort`: where programs find the streams. No more than `most` programs run at one time. `log` outlives this.
    Execs(base::Log& log, std::uint16_t rtmpPort, std::size_t most) : log_(log), rtmpPort_(rtmpPort), most_(most) {}

    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;
    void onUnpublish(const hub::PublishedStreamPtr& stream) override;

  private:
    using Programs = std::vector<std::unique_ptr<base::ChildProcess>>;

    void start(const hub::PublishedStream& stream, const std::vector<std::string>& words, std::int64_t unixMs,
               Programs& programs);
    bool takePlace();
    void givePlaces(std::size_t count);

    // given
    base::Log& log_;
    std::uint16_t rtmpPort_;
    std::size_t most_;
    // state
    std::mutex mutex_; ///< guards all below
    std::map<const hub::PublishedStream*, Programs> running_;
    std::size_t places_ = 0; ///< taken
    // owned; waits for those that end, and so dies first
    base::WorkerThread endings_;
};

} // namespace hookcast::outputs
