#pragma once

#include "support/ChildProcess.h"
#include "support/Deadline.h"

#include <string>
#include <vector>

namespace hookcast::integration {

/// An ffmpeg that runs beside the test.
class FfmpegRun {
  public:
    /// `arguments` behind those that keep it quiet and off the terminal.
    explicit FfmpegRun(const std::vector<std::string>& arguments);

    /// Its code; throws std::runtime_error when it does not end in time.
    int waitForExit(const Deadline& deadline = Deadline());

    void signal(int number) const { process_.signal(number); }

    /// What it said on standard error.
    std::string messages() const { return process_.errors().text(); }

  private:
    ChildProcess process_;
};

/// Runs ffmpeg to its end; throws std::runtime_error, with what it said, unless the code is 0.
void runFfmpeg(const std::vector<std::string>& arguments);

/// Runs ffprobe to its end and returns what it wrote; likewise.
std::string runFfprobe(const std::vector<std::string>& arguments);

/// The sample rates of the sound tracks that are found behind a URL, behind one another: `44100`.
std::string soundRates(const std::string& url);

} // namespace hookcast::integration
