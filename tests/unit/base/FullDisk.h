#pragma once

#include <sys/resource.h>

#include <csignal>
#include <cstddef>

namespace hookcast::base {

/// As a full disk does: as long as it lives, no file of this process grows beyond so many bytes. What is written up to
/// there is cut.
class FullDisk {
  public:
    explicit FullDisk(std::size_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    sighandler_t handler_;
    rlimit before_{};
};

} // namespace hookcast::base
