#pragma once

#include "shared/CertificateAuthority.h"
#include "support/Deadline.h"
#include "support/Descriptor.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hookcast::integration {

/// A hook backend over TLS that says yes to everything, in a thread of the test, one connection at a time.
class TlsBackend {
  public:
    /// Listens on a free port of 127.0.0.1. `clientsPem`: the authority whose certificate a client has to show; empty:
    /// none has to. Throws std::runtime_error when it cannot.
    explicit TlsBackend(const support::Certificate& certificate, const std::string& clientsPem = "");
    ~TlsBackend();
    TlsBackend(const TlsBackend&) = delete;
    TlsBackend& operator=(const TlsBackend&) = delete;

    /// `https://HOST:PORT` and `path`.
    std::string url(std::string_view host, std::string_view path) const;

    /// Waits for the `nth` request and returns its body. Throws std::runtime_error when it does not come in time.
    std::string waitForBody(std::size_t nth, const Deadline& deadline = Deadline());

    std::size_t requests() const;

  private:
    void serve(const support::Certificate& certificate, const std::string& clientsPem);
    void converse(void* context, int connection);

    Descriptor listening_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> bodies_;
    int connection_ = -1; ///< the one that is served, for the end to interrupt
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace hookcast::integration
