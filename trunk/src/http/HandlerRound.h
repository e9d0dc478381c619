#pragma once

#include "http/HttpHandler.h"
#include "http/ServerContext.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::http {

/// A request on its way from one handler to the next until one takes it, whichever version of HTTP it came by. Loop
/// thread only.
class HandlerRound {
  public:
    /// Outlived by `context`.
    explicit HandlerRound(const ServerContext& context) : context_(context) {}

    /// What is known of the connection that a request came on.
    struct Line {
        const config::HttpServerConfig& server;
        bool asksForSecret; ///< whoever wants to change something must know one
        bool isEncrypted;
        std::string host; ///< what a client has asked that does not say it; of no use where it does
    };

    /// Offers `request` to one handler after another. OPTIONS and what nobody can take is answered at once.
    void begin(HttpRequest&& request, const Line& line, HttpPort& port);

    /// The one that has taken it leaves it after all, for this reason: goOn() follows.
    void noteLeft(const std::string& reason) {
        if (leftBecause_.empty()) leftBecause_ = reason;
    }

    /// To the handlers that have not left it yet.
    void goOn(HttpPort& port);

  private:
    /// A request that is not answered yet, and who is to look at it next.
    struct Asked {
        HttpRequest request;
        RequestTarget target;
        std::size_t nextHandler = 0;
    };

    HttpResponse options(const Line& line) const;

    // given
    const ServerContext& context_;
    // state
    std::optional<Asked> asked_; ///< the newest request
    std::string leftBecause_;    ///< why the first handler that left it did so
};

} // namespace hookcast::http
