#include "support/FolderWatch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace hookcast::integration {

FolderWatch::FolderWatch(const std::filesystem::path& folder) : events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (::inotify_add_watch(events_.get(), folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
        throw std::runtime_error("cannot watch " + folder.string());
}

bool FolderWatch::waitForChange(const Deadline& deadline) const {
    pollfd waited{events_.get(), POLLIN, 0};
    if (::poll(&waited, 1, deadline.leftMs()) == 0) return false;
    std::array<char, 4096> events{};
    while (::read(events_.get(), events.data(), events.size()) > 0) {
    }
    return true;
}

} // namespace hookcast::integration
