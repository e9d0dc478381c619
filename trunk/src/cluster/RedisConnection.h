#pragma once

#include "config/RedisAddress.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/Redis/RedisStream.h>
#include <Poco/Redis/Type.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// One connection to a Redis. What Poco::Redis reads and writes (RESP 2) goes over a socket of our own, as its Client
/// knows neither TLS nor, once it is connected, a limit for sending. Every method throws std::exception, in words that
/// hold no secret, when something goes wrong; the connection is of no use then. One thread, which waits.
class RedisConnection {
  public:
    using Reply = Poco::Redis::RedisType::Ptr;

    /// Connects, and says who it is. Each step of that, and later each wait for the server, may take `timeoutMs`.
    /// `caFile`: the PEM bundle for TLS; empty: the system's store.
    RedisConnection(const config::RedisAddress& server, const std::string& caFile, std::int64_t timeoutMs);

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
    // owned
    Poco::Net::StreamSocket socket_;
    std::unique_ptr<Poco::Redis::RedisInputStream> input_;
};

} // namespace hookcast::cluster
