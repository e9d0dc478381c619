#pragma once

#include "support/Deadline.h"
#include "support/Descriptor.h"
#include "support/LineLog.h"

#include <sys/types.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {

/// A program that a test started. Its output is collected line by line while it runs. It dies with this object, and
/// with the thread that started it, however that ends: a crashed test leaves nothing behind.
class ChildProcess {
  public:
    struct Command {
        std::vector<std::string> words;                 ///< the program first; looked up in PATH
        std::map<std::string, std::string> environment; ///< added to the test's own
        std::string folder;                             ///< to start in; empty: the test's
    };

    /// How a process ended; `signal` is 0 when it ended by itself.
    struct Exit {
        int code = 0;
        int signal = 0;
    };

    /// Throws std::runtime_error when the system starts no process. A program that cannot be executed ends with the
    /// code 127.
    explicit ChildProcess(const Command& command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    const LineLog& output() const { return output_; }
    const LineLog& errors() const { return errors_; }

    void signal(int number) const;

    /// Waits until it has ended and its output is complete. Throws std::runtime_error when the deadline passes first.
    Exit waitForExit(const Deadline& deadline = Deadline());

    bool running() const;

  private:
    void collect(const Descriptor& outputPipe, const Descriptor& errorPipe);

    std::string name_;
    pid_t pid_ = -1;
    bool reaped_ = false;
    Exit exit_;
    Descriptor process_; ///< readable when the process has ended
    LineLog output_;
    LineLog errors_;
    std::thread collector_;
};

} // namespace hookcast::integration
