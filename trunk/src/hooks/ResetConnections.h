#pragma once

#include <curl/curl.h>

#include <string>
#include <unordered_set>

namespace hookcast::hooks {

/// Of the connections that libcurl has closed, those that their peers had reset: what was sent over them and not
/// answered has been read by nobody. A connection's end alone does not tell that, as what is read first is often the
/// end (FIN) before the reset, without an error.
///
/// The transport's thread.
class ResetConnections {
  public:
    /// To be closed by libcurl through here: CURLOPT_CLOSESOCKETFUNCTION, of which this is the data.
    static int closeSocket(void* resetConnections, curl_socket_t socket);

    /// Whether the last connection from this address of ours was reset. It is closed before libcurl begins another
    /// one in its place.
    bool contains(const std::string& localIp, int localPort) const;

  private:
    void note(curl_socket_t socket);

    std::unordered_set<std::string> localAddresses_; ///< a later connection from there takes its place
};

} // namespace hookcast::hooks
