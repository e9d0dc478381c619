#pragma once

#include "api-server/Endpoint.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::mock {

/// Takes one call of form notify, by POST or GET: `call` must be the last part of its path. Admits by the status, as
/// form notify is judged.
class NotifyEndpoint final : public Endpoint {
  public:
    using Endpoint::Endpoint;

    std::vector<std::string_view> methods() const override { return {"GET", "POST"}; }

    /// The fields of the body, or of a GET's query.
    ParsedBody parse(const Request& request) const override;

    Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const override;
};

/// `/notify/connect`, `/notify/publish`, `/notify/play` and `/notify/done`.
std::vector<std::unique_ptr<Endpoint>> notifyEndpoints();

} // namespace hookcast::mock
