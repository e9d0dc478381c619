#pragma once

#include "net/TlsContext.h"

#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <utility>

namespace hookcast::net {

/// A connection that a listener has accepted.
struct Arrival {
    /// Implicit: a socket that nothing is said of is spoken with as it is.
    Arrival(const Poco::Net::StreamSocket& itsSocket, std::shared_ptr<const TlsContext> itsTls = nullptr)
        : socket(itsSocket), tls(std::move(itsTls)) {}

    Poco::Net::StreamSocket socket;
    std::shared_ptr<const TlsContext> tls; ///< through which it is spoken with; null: through nothing
};

} // namespace hookcast::net
