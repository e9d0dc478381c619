#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace hookcast::app {

/// How this process was started, which is how its successor is: taken before anything of it changes.
struct Birth {
    std::vector<std::string> arguments; ///< the program's name first
    std::filesystem::path folder;       ///< the working folder
    std::filesystem::path program;      ///< the file; by now another one may have its name

    static Birth ofProcess(std::vector<std::string> arguments);
};

/// The next process of this server: what is on the disk now, with the same arguments, and with this one's listening TCP
/// sockets. The two talk by a socket pair: the successor says that it serves, and is told when what only one process
/// can have is its own. See Predecessor, its other end. Main thread.
class Successor {
  public:
    /// Starts it. Throws std::runtime_error where that cannot be. `pidFile`: the descriptor of the locked file.
    Successor(const Birth& birth, int pidFile);

    /// Ends one that has not said that it serves.
    ~Successor();
    Successor(const Successor&) = delete;
    Successor& operator=(const Successor&) = delete;

    pid_t pid() const { return pid_; }

    /// Whether it has said that it serves, or has ended; collects what it says of errors.
    bool hasAnswered();

    bool serves() const { return serves_; }

    /// Why it does not serve, in its own last words.
    std::string whyNot();

    /// What only one process can have is its own now.
    void yield();

  private:
    void collectErrors();

    // state
    pid_t pid_ = -1;
    int channel_ = -1;
    int errors_ = -1; ///< what it says until it serves
    std::string words_;
    bool hasAnswered_ = false;
    bool serves_ = false;
};

} // namespace hookcast::app
