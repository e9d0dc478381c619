#pragma once

#include "api-server/Endpoint.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::mock {

/// An action that an endpoint takes, and the fields of it that the log shows.
struct Action {
    std::string_view name;
    std::vector<std::string> loggedFields;
};

/// Takes JSON whose `action` is one of its own: the http_hooks of SRS.
class ActionEndpoint : public Endpoint {
  public:
    ActionEndpoint(std::string path, std::vector<Action> actions);

    Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const override;

  private:
    virtual Answer accept(ReplyMode mode) const { return codeAnswer(0, mode); }

    std::vector<Action> actions_;
};

/// Takes any JSON object: SRS's heartbeat.
class HeartbeatEndpoint final : public Endpoint {
  public:
    using Endpoint::Endpoint;

    Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const override;
};

/// Besides on_hls, takes the GET of on_hls_notify on its path and everything below, and echoes the parts of the path
/// as `args` and of the query as `kwargs`.
class HlsEndpoint final : public ActionEndpoint {
  public:
    using ActionEndpoint::ActionEndpoint;

    bool owns(std::string_view path) const override;
    std::vector<std::string_view> methods() const override { return {"GET", "POST"}; }
    Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const override;
};

/// Forwards nowhere. SRS's forward backend is read as an object in any mode.
class ForwardEndpoint final : public ActionEndpoint {
  public:
    using ActionEndpoint::ActionEndpoint;

  private:
    Answer accept(ReplyMode mode) const override;
};

/// The endpoints of SRS's api-server, but for its proxy, which fetches any URL that it is given.
std::vector<std::unique_ptr<Endpoint>> srsEndpoints();

} // namespace hookcast::mock
