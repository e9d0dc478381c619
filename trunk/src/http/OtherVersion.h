#pragma once

#include "http/HttpHandler.h"
#include "net/ConnectionBudget.h"

#include <memory>
#include <string>

namespace hookcast::http {

/// A connection whose client speaks another version of HTTP than this room does, as its session hands it over.
struct HttpLine {
    HttpPort& port;              ///< of the connection; what is answered there ends it
    net::ConnectionPlace& place; ///< that it has; outlives the activity
    std::string peerIp;          ///< whose connection it is
    bool isEncrypted;
};

/// Who speaks it. One for all sessions; any thread.
class OtherVersion {
  public:
    virtual ~OtherVersion() = default;

    /// What goes on with `line` from now on. It takes the input that follows the preface (RFC 9113, section 3.4) up to
    /// its empty line.
    virtual std::unique_ptr<HttpActivity> speakOn(const HttpLine& line) = 0;
};

} // namespace hookcast::http
