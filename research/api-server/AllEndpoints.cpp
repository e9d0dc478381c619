#include "api-server/AllEndpoints.h"

#include "api-server/EventEndpoint.h"
#include "api-server/NotifyEndpoint.h"
#include "api-server/SrsEndpoints.h"

#include <utility>

namespace hookcast::mock {

std::vector<std::unique_ptr<Endpoint>> allEndpoints(EventStore& events) {
    std::vector<std::unique_ptr<Endpoint>> all = srsEndpoints();
    for (std::unique_ptr<Endpoint>& endpoint : notifyEndpoints()) all.push_back(std::move(endpoint));
    all.push_back(std::make_unique<EventEndpoint>(events));
    return all;
}

} // namespace hookcast::mock
