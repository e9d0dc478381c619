#pragma once

#include "api-server/Endpoint.h"
#include "api-server/EventStore.h"

namespace hookcast::mock {

/// `/event/`: takes the batches of event webhooks, and keeps the events of those that it confirms. The status decides:
/// 200, or 400 for what is no batch or does not go on where its sender had come to.
class EventEndpoint final : public Endpoint {
  public:
    /// `events` must outlive the endpoint.
    explicit EventEndpoint(EventStore& events) : Endpoint("/event"), events_(events) {}

    /// For rules: `event` holds the names of all the batch's events, separated by blanks; `server` and `pid` are those
    /// of the first; `count` says how many there are.
    ParsedBody parse(const Request& request) const override;

    Outcome answer(const Request& request, const ParsedBody& body, ReplyMode mode) const override;

    void answered(const Request& request, const Answer& answer) const override;

  private:
    EventStore& events_;
};

} // namespace hookcast::mock
