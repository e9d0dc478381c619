#pragma once

#include "base/Clock.h"
#include "hooks/CurlSockets.h"

#include <curl/curl.h>

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>

namespace hookcast::hooks {

/// Tells of a connection that served one call and ended under the next one, without an answer, whether its peer has
/// reset it: then nobody has read that call. The connection's end alone does not tell: what is read first is often the
/// end (FIN), without an error, and the reset comes a round trip later.
///
/// The transport's thread.
class ResetConnections {
  public:
    /// `sockets`: is told of each connection; outlives it.
    ResetConnections(const base::Clock& clock, CurlSockets& sockets) : clock_(clock), sockets_(sockets) {}

    /// Is to hear of libcurl's new connections: CURLOPT_SOCKOPTFUNCTION, of which this is the data.
    static int openSocket(void* resetConnections, curl_socket_t socket, curlsocktype purpose);

    /// To be closed by libcurl through here: CURLOPT_CLOSESOCKETFUNCTION, of which this is the data. Of a connection
    /// that waits for an answer the reset is waited for, 20 ms at most, which all that end at one moment share.
    static int closeSocket(void* resetConnections, curl_socket_t socket);

    /// A call has been sent over the connection from this address of ours, and waits for the answer; until forget().
    void await(const std::string& localAddress) { awaited_[localAddress] = false; }

    /// Whether it was reset. libcurl closes it before it sends the call over another one.
    bool wasReset(const std::string& localAddress) const;

    void forget(const std::string& localAddress) { awaited_.erase(localAddress); }

    /// As await() takes it.
    static std::string addressOf(const std::string& localIp, int localPort) {
        return localIp + " " + std::to_string(localPort);
    }

  private:
    void closes(curl_socket_t socket);
    int waitMs();

    // given
    const base::Clock& clock_;
    CurlSockets& sockets_;
    // state
    std::unordered_map<std::string, bool> awaited_; ///< whether it was reset
    std::int64_t waitUntilMs_ = std::numeric_limits<std::int64_t>::min() / 2;
};

} // namespace hookcast::hooks
