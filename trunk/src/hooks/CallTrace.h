#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::hooks {

/// What a call was like on its way, for somebody who watches it. The transport's thread writes it; whoever gave it
/// reads it once the response is there.
class CallTrace {
  public:
    /// From the start of the attempt, in microseconds; 0: it did not come so far, or had no need of it.
    struct Times {
        std::int64_t namedUs = 0;     ///< the host has an address
        std::int64_t connectedUs = 0; ///< TCP is there
        std::int64_t securedUs = 0;   ///< TLS is there
        std::int64_t firstByteUs = 0; ///< of the answer
        std::int64_t wholeUs = 0;     ///< all is there, or it is given up
    };

    /// Before the transfer that `handle` is for; that must not outlive this object.
    void watch(CURL* handle);

    /// The transfer has ended, however.
    void conclude(CURL* handle);

    const Times& times() const { return times_; }

    /// Request line and header lines, as they were sent; empty: nothing was.
    const std::string& sentHead() const { return sentHead_; }

    /// Status line and header lines of the answer, as far as they came.
    const std::string& receivedHead() const { return receivedHead_; }

    /// `127.0.0.1:8085`; empty: nobody was reached.
    const std::string& peer() const { return peer_; }

    /// libcurl's words about protocol and cipher; empty without TLS.
    const std::string& tls() const { return tls_; }

    /// It went over a connection that another call had made.
    bool isReused() const { return isReused_; }

  private:
    static int onDebug(CURL* handle, curl_infotype type, char* data, std::size_t size, void* trace);
    void note(curl_infotype type, const char* data, std::size_t size);

    Times times_;
    std::string sentHead_;
    std::string receivedHead_;
    std::string peer_;
    std::string tls_;
    bool isReused_ = false;
};

} // namespace hookcast::hooks
