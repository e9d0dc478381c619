#pragma once

#include "base/Bytes.h"
#include "support/Deadline.h"
#include "support/TcpClient.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// What a server answered: the head, and the body where it has a length.
struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> fields; ///< names in lower case
    std::string body;
    std::size_t sizeBytes = 0; ///< of both, as they came

    std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : found->second;
    }
};

/// An HTTP client as tests need one: it sends what they say, and its calls wait for the server. One thread at a time.
/// Calls that wait throw std::runtime_error when the deadline passes, or when the connection ends too early.
class HttpClient {
  public:
    /// `from`: see TcpClient.
    explicit HttpClient(std::uint16_t port, int receiveBufferBytes = 0, const char* from = "127.0.0.1")
        : tcp_(port, receiveBufferBytes, from) {}

    /// Sends a request without a body; `fields` are further lines, each with its end.
    void send(std::string_view method, std::string_view target, std::string_view fields = "");

    /// Sends bytes as they are.
    void sendRaw(std::string_view bytes) { tcp_.send(base::asBytes(bytes)); }

    /// The next answer; of one without a length, only the head. `bodyless`: it answers a HEAD.
    HttpAnswer receive(bool bodyless = false, const Deadline& deadline = Deadline());

    HttpAnswer get(std::string_view target, std::string_view fields = "") {
        send("GET", target, fields);
        return receive();
    }

    /// So many bytes behind what was received before.
    std::string receiveBytes(std::size_t count, const Deadline& deadline = Deadline());

    /// All that comes until the server closes the connection.
    std::string receiveToEnd(const Deadline& deadline = Deadline());

    /// The socket, for what HTTP does not know.
    TcpClient& tcp() { return tcp_; }

  private:
    bool receiveMore(const Deadline& deadline);

    TcpClient tcp_;
    std::string received_; ///< and not yet given
};

} // namespace hookcast::integration
