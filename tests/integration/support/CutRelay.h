#pragma once

#include "support/Descriptor.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <thread>

namespace hookcast::integration {

/// A network between TCP clients and a server on this machine, with faults that a test asks for. Connections stay while
/// it is cut, and new ones seem to begin; what was sent arrives when the cut is mended, as what TCP repeats does.
class CutRelay {
  public:
    enum class Fault : std::uint8_t {
        None,
        Requests, ///< what clients send does not arrive
        Answers,  ///< what the server sends does not
        Both,
        Drips ///< answers arrive, a byte now and then
    };

    /// Clients come to port(), and are brought to `serverPort`. Throws std::runtime_error when there is no socket.
    explicit CutRelay(std::uint16_t serverPort);
    ~CutRelay();
    CutRelay(const CutRelay&) = delete;
    CutRelay& operator=(const CutRelay&) = delete;

    std::uint16_t port() const { return port_; }

    /// From now on, for all connections.
    void set(Fault fault) { fault_ = fault; }

  private:
    struct Way {
        Descriptor from;
        Descriptor to; ///< a duplicate: each way owns its two ends
        bool hasEnded = false;
    };
    struct Connection {
        Way requests;
        Way answers;
    };

    void run();
    void accept();
    bool isOpen(bool isRequests) const;
    static void pass(Way& way, std::size_t mostBytes);

    // given
    std::uint16_t serverPort_;
    // owned, by the thread once it runs
    Descriptor listener_;
    std::uint16_t port_ = 0;
    std::list<Connection> connections_;
    // state
    std::atomic<Fault> fault_{Fault::None};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace hookcast::integration
