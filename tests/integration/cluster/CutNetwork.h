#pragma once

#include "support/CutRelay.h"
#include "support/HookcastServer.h"
#include "support/NetworkNamespace.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {

/// The network between one node and the servers that it needs, which a test cuts. It is a network namespace, in which
/// the node is started; where the machine forbids that, relays between the same ends.
class CutNetwork {
  public:
    enum class Cut : std::uint8_t {
        None,
        Requests, ///< what the node sends to Redis does not arrive
        Answers,  ///< what Redis sends does not
        Both,
        Everything ///< the way to the camera and the backend is cut as well
    };

    /// Says in the test's output which of both it is.
    CutNetwork();

    /// Where the node's servers but Redis are to listen.
    std::string address() const;

    /// What Redis is to be started with.
    std::vector<std::string> redisOptions() const;

    /// How the node is to be started.
    ServerPlace nodePlace() const;

    /// The `url` for a Redis at this port, and what `url` of another server at address() is for the node.
    std::string redisUrl(std::uint16_t port);
    std::string wayTo(const std::string& url);

    void set(Cut cut);

  private:
    std::unique_ptr<NetworkNamespace> namespace_; ///< empty: the relays
    std::unique_ptr<CutRelay> redisRelay_;
    std::list<CutRelay> otherRelays_;
};

} // namespace hookcast::integration
