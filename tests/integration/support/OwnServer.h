#pragma once

#include "support/ChildProcess.h"
#include "support/FreePort.h"
#include "support/TempFolder.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// A hookcast whose top level belongs to the test, for what HookcastServer sets itself. In the foreground, logging to
/// its output, with RTMP on a free port and its files in a folder of its own, unless the test says otherwise.
class OwnServer {
  public:
    using Directives = std::map<std::string, std::string>;

    /// `directives` are those of the top level that are to be different; an empty value takes one away. `rest` stands
    /// behind them. Returns at once.
    explicit OwnServer(const Directives& directives, std::string_view rest = "vhost __defaultVhost__ { }\n");

    std::uint16_t port() const { return port_.number(); }
    const TempFolder& folder() const { return folder_; }
    ChildProcess& process() const { return *process_; }

    /// See below.
    void waitForListener() const;

    /// SIGTERM; throws std::runtime_error unless it ends in time.
    void stop() const;

  private:
    FreePort port_;
    TempFolder folder_;
    std::unique_ptr<ChildProcess> process_;
};

/// Connects to `port` until somebody listens there. Throws std::runtime_error when nobody does in time.
void waitForListener(std::uint16_t port);

} // namespace hookcast::integration
