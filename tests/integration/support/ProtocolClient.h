#pragma once

#include "support/Protocol.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace hookcast::integration {

enum class Role { Publish, Play };

std::ostream& operator<<(std::ostream& out, Role role);

/// What a client wants: the stream's path with its query, as `live/show?key=1`.
struct Wish {
    Role role = Role::Play;
    std::string path;
};

/// A client of any protocol, step by step, to be left or to fall at each of them. One thread at a time. Calls that wait
/// throw std::runtime_error when the deadline passes, or when the server does something else.
class ProtocolClient {
  public:
    virtual ~ProtocolClient() = default;
    ProtocolClient(const ProtocolClient&) = delete;
    ProtocolClient& operator=(const ProtocolClient&) = delete;

    /// Says what the backends are asked about when it connects, and does not wait for the verdict.
    virtual void connect() = 0;

    /// Waits for that verdict, and says what they are asked about next; does not wait for that verdict. Nothing where
    /// the protocol says all at once.
    virtual void ask() {}

    /// Waits until it is admitted. SRT does not tell.
    virtual void expectAdmission() = 0;

    /// Waits until it is refused and the connection has ended. Returns how the protocol tells it: a code, a status, or
    /// `closed`. Throws when media came.
    virtual std::string expectRefusal() = 0;

    /// Publishers send some, whether they may or not; players wait for some.
    virtual void passMedia() = 0;

    /// Ends the session as its protocol wants it.
    virtual void leave() = 0;

    /// Is gone, without a word where that can be done.
    virtual void kill() = 0;

  protected:
    ProtocolClient() = default;
};

/// Every protocol in each role that it has.
std::vector<std::tuple<Protocol, Role>> allClients();

std::unique_ptr<ProtocolClient> makeClient(const ProtocolServer& server, Protocol protocol, const Wish& wish);

/// What expectRefusal() returns when `opening` (on_connect, on_publish or on_play) is refused.
std::string refusalOf(Protocol protocol, const std::string& opening);

} // namespace hookcast::integration
