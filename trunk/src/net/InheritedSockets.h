#pragma once

#include "config/Config.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::net {

/// Listening TCP sockets of this process's, and what they are called where one process hands them to the next: a list
/// `FD=ADDRESS`, with a blank between two. One thread at a time.
class InheritedSockets {
  public:
    InheritedSockets() = default;

    /// Those of `list` that are what it says: descriptors of sockets that listen. Others are left alone.
    explicit InheritedSockets(std::string_view list);

    /// Closes those that nobody has taken.
    ~InheritedSockets();
    InheritedSockets(const InheritedSockets&) = delete;
    InheritedSockets& operator=(const InheritedSockets&) = delete;

    /// The one that listens where `address` says, which is the caller's from then on; nothing where there is none.
    std::optional<int> take(const config::ListenAddress& address);

  private:
    struct Entry {
        std::string address; ///< as addressOf() tells it
        int fd;
    };
    std::vector<Entry> entries_;
};

/// `1.2.3.4:5` or `[::1]:5`, where `fd` is a TCP socket that listens; else nothing.
std::optional<std::string> listeningAddressOf(int fd);

} // namespace hookcast::net
