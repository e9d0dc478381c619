#pragma once

#include "support/ChildProcess.h"
#include "support/Deadline.h"
#include "support/FreePort.h"
#include "support/LineLog.h"
#include "support/TempFolder.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// Where a server of a test runs.
struct ServerPlace {
    std::string address = "127.0.0.1"; ///< on which it serves RTMP
    std::vector<std::string> prefix;   ///< words before its command, of a program that becomes it
};

/// A running hookcast of its own for one test: in the foreground, logging to its output, on free ports of 127.0.0.1,
/// with its own folder and pid file. It serves RTMP and RTSP.
class HookcastServer {
  public:
    /// `config` is what the test wants beside that: vhosts, limits. Directives of the blocks that are set here, such as
    /// rtsp_server, go into `environment` (SRS_RTSP_SERVER_SESSION_TIMEOUT). Returns when the server serves; throws
    /// std::runtime_error, with what the server said, when it does not.
    explicit HookcastServer(std::string_view config, const std::map<std::string, std::string>& environment = {},
                            ServerPlace place = {});

    /// Where the test has failed, prints the end of the log.
    ~HookcastServer();
    HookcastServer(const HookcastServer&) = delete;
    HookcastServer& operator=(const HookcastServer&) = delete;

    std::uint16_t port() const { return port_->number(); }
    std::uint16_t rtspPort() const { return rtspPort_->number(); }
    pid_t pid() const { return process_->pid(); }
    const LineLog& log() const { return process_->output(); }
    const std::string& pidFile() const { return pidFile_; }

    /// `rtmp://ADDRESS:PORT/` and `path`.
    std::string url(std::string_view path) const;

    /// `rtsp://127.0.0.1:PORT/` and `path`.
    std::string rtspUrl(std::string_view path) const;

    /// The `nth` log line that contains `text`. Throws std::runtime_error when it does not come in time.
    std::string waitForLog(std::string_view text, std::size_t nth = 1, std::size_t from = 0) const;

    /// The log lines in which clients are closed, which contain `text`; waits for the first `atLeast` of them, as a
    /// client may see its end before the line is written.
    std::vector<std::string> closedLines(std::string_view text = "", std::size_t atLeast = 0) const;

    void signal(int number) const { process_->signal(number); }

    /// Writes the file anew with `config` for the test's part, and reloads. The log line that says how it went.
    std::string reload(std::string_view config);

    /// `write` a file of its own name beside the configuration, or anything that the server should find there.
    const TempFolder& folder() const { return folder_; }

    /// SIGTERM; throws std::runtime_error unless the server ends in time and by itself with the code 0.
    void stop();

    /// The same without the signal.
    void waitForCleanExit();

    /// The memory that the server occupies now (VmRSS).
    std::size_t residentBytes() const;

    /// How many files and sockets the server has open now.
    std::size_t openDescriptors() const;

  private:
    bool tryStart(std::string_view config, const std::map<std::string, std::string>& environment);
    std::string writeConfig(std::string_view config) const;

    ServerPlace place_;
    TempFolder folder_;
    std::string pidFile_;
    std::unique_ptr<FreePort> port_;
    std::unique_ptr<FreePort> rtspPort_;
    std::unique_ptr<ChildProcess> process_;
};

/// The path of the program under test.
std::string hookcastProgram();

} // namespace hookcast::integration
