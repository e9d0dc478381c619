#pragma once

#include "base/Log.h"

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::base {

/// A program with its arguments; no shell is in between.
struct Command {
    std::string program;
    std::vector<std::string> arguments;
    std::string outputFile;                    ///< where its output goes; empty: nowhere
    std::string errorFile;                     ///< likewise; empty: the end of it to the log when the program ends
    std::vector<std::string> environment = {}; ///< `NAME=value`, beside PATH, HOME, LANG and TZ

    bool operator==(const Command&) const = default;
};

/// Keeps a program running, on a thread that waits for it: when it ends it is started again, after kFirstPauseMs,
/// doubled to kLongestPauseMs while it does not run for kSoundRunMs. The program leads a process group of its own, has
/// no descriptors of the server's, no signal blocked or ignored, of its environment, which may hold secrets, only PATH,
/// HOME, LANG and TZ, and whatever of its group outlives it is killed.
///
/// Any thread. Teardown: the destructor tells the group to end (SIGTERM, after kFarewellMs SIGKILL) and waits for it.
class ChildProcess {
  public:
    static constexpr std::int64_t kFirstPauseMs = 1000;
    static constexpr std::int64_t kLongestPauseMs = 30'000;
    static constexpr std::int64_t kSoundRunMs = 10'000;
    static constexpr std::int64_t kFarewellMs = 2000;

    /// `who` and `what` name it in the log, which outlives this.
    ChildProcess(Command command, Log& log, std::string who, std::string what);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    const Command& command() const { return command_; }
    const std::string& what() const { return what_; }

    /// Tells it to end, and does not wait.
    void stop();

  private:
    void run();
    std::string runOnce();
    pid_t spawn(int errorsDescriptor);
    int waitForEnd(pid_t pid, int errorsDescriptor, std::string& lastWords);
    void driveFarewell(std::int64_t& stoppedAtMs);
    void kill(int signal);
    bool pause(std::int64_t ms);

    // given
    Command command_;
    Log& log_;
    std::string who_;
    std::string what_;
    std::string shown_; ///< the same for the log
    std::string shortName_;
    // state
    std::mutex mutex_;
    std::condition_variable changed_;
    pid_t pid_ = 0; ///< while it runs
    bool stopping_ = false;
    // owned; last, as it uses all of the above
    std::thread thread_;
};

} // namespace hookcast::base
