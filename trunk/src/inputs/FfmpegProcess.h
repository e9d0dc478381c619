#pragma once

#include "base/Log.h"
#include "inputs/IngestPlan.h"

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace hookcast::inputs {

/// Runs an ingest's ffmpeg, on a thread that waits for it, and starts it again when it ends: after kFirstPauseMs,
/// doubled to kLongestPauseMs while it does not run for kSoundRunMs. No shell is in between. What ffmpeg publishes
/// comes in by RTMP, through the hooks, as from any publisher.
///
/// Any thread. Teardown: the destructor tells ffmpeg to end (SIGTERM, after kFarewellMs SIGKILL) and waits for it.
class FfmpegProcess {
  public:
    static constexpr std::int64_t kFirstPauseMs = 1000;
    static constexpr std::int64_t kLongestPauseMs = 30'000;
    static constexpr std::int64_t kSoundRunMs = 10'000;
    static constexpr std::int64_t kFarewellMs = 2000;

    /// `log` outlives this.
    FfmpegProcess(FfmpegIngest ingest, base::Log& log);
    ~FfmpegProcess();
    FfmpegProcess(const FfmpegProcess&) = delete;
    FfmpegProcess& operator=(const FfmpegProcess&) = delete;

    const FfmpegIngest& ingest() const { return ingest_; }

    /// Tells it to end, and does not wait.
    void stop();

  private:
    void run();
    std::string runOnce();
    pid_t spawn(int errorsDescriptor);
    std::string lastWords(int errorsDescriptor);
    void kill(int signal);
    bool pause(std::int64_t ms);

    // given
    FfmpegIngest ingest_;
    base::Log& log_;
    // state
    std::mutex mutex_;
    std::condition_variable changed_;
    pid_t pid_ = 0; ///< while it runs
    bool stopping_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::inputs
