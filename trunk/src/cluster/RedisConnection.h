#pragma once

#include "cluster/ReplyReader.h"
#include "config/RedisAddress.h"

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// One connection to a Redis. Poco's types of Redis go over a socket of our own, as Poco's Client knows neither TLS nor
/// an end to its patience: who sends a byte now and then holds it up for ever. Every method throws std::exception, in
/// words that hold no secret, when something goes wrong; the connection is of no use then. One thread, which waits.
class RedisConnection {
  public:
    using Reply = ReplyReader::Reply;

    /// Connects, and says who it is. That as a whole, and later each call as a whole, may take `timeoutMs`; looking up
    /// the host's name takes what it takes. `caFile`: the PEM bundle for TLS; empty: the system's store.
    RedisConnection(const config::RedisAddress& server, const std::string& caFile, std::int64_t timeoutMs);
    ~RedisConnection() = default;
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    /// A command with its arguments, whatever bytes these hold. An error reply is an exception.
    Reply call(const std::vector<std::string>& words);

    /// The same for a command that is answered with a text.
    std::string text(const std::vector<std::string>& words);

    /// That of an earlier call.
    static std::string textOf(const Reply& reply);

    /// That of a list of texts.
    static std::vector<std::string> textsOf(const Reply& reply);

    /// What is wrong, by what has been thrown.
    static std::string reasonOf(const std::exception& thrown);

  private:
    using Clock = std::chrono::steady_clock;

    Reply talk(const std::vector<std::string>& words);
    void send(const std::string& bytes);
    std::size_t receive(char* into, std::size_t mostBytes);
    void waitFor(short events) const;

    // given
    std::chrono::milliseconds timeout_;
    // state
    Clock::time_point deadline_; ///< of the call
    // owned
    Poco::Net::StreamSocket socket_; ///< does not block
    ReplyReader reader_;
};

} // namespace hookcast::cluster
