#pragma once

#include "net/Stream.h"

#include <Poco/Net/StreamSocket.h>

namespace hookcast::net {

/// A TCP socket's bytes as they are: a call here is one system call.
class PlainStream final : public Stream {
  public:
    /// `socket` does not block.
    explicit PlainStream(const Poco::Net::StreamSocket& socket);

    Result read(std::span<std::uint8_t> into) override;
    Result write(std::span<const iovec> ranges) override;
    Result shutdown() override;
    void close() override;
    Watch::Interest needs(Watch::Interest wanted) const override { return wanted; }
    bool holdsInput() const override { return false; }
    std::string failure() override;

  private:
    Result blockedOrFailed(int error);

    // owned
    Poco::Net::StreamSocket socket_;
    // state
    int fd_;
    int error_ = 0; ///< of the call that failed
};

} // namespace hookcast::net
