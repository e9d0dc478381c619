#pragma once

#include "support/Deadline.h"
#include "support/Descriptor.h"
#include "support/TempFolder.h"

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// Stands in for systemd: the socket that a service of Type=notify tells how it goes (sd_notify(3)). One thread.
class NotifySocket {
  public:
    struct Message {
        std::string text;
        pid_t sender = 0; ///< as the system tells it

        bool has(std::string_view line) const;
    };

    /// `name`: that of the socket, which may begin with `@` and is then no file; empty: a file of its own.
    explicit NotifySocket(const std::string& name = "");

    /// What the service's process has in its environment.
    std::map<std::string, std::string> environment() const { return {{"NOTIFY_SOCKET", address_}}; }

    /// The next message that has `line`; what comes before it is dropped. Throws std::runtime_error when none comes.
    Message waitFor(std::string_view line, const Deadline& deadline = Deadline());

    /// Takes what has come; how many of that had `line`.
    std::size_t take(std::string_view line);

  private:
    bool receive(Message& message, int flags) const;

    TempFolder folder_;
    std::string address_;
    Descriptor socket_;
};

} // namespace hookcast::integration
