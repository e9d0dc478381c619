#pragma once

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hookcast::net {

/// A file descriptor, closed at the end.
class Descriptor {
  public:
    /// `fd` is what a system call returned that makes a `what`. Throws std::system_error when it made none.
    Descriptor(int fd, const char* what) : fd_(fd) {
        if (fd_ < 0) throw std::system_error(errno, std::generic_category(), what);
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return fd_; }

  private:
    int fd_;
};

} // namespace hookcast::net
