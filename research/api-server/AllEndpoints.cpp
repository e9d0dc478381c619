#include "api-server/AllEndpoints.h"

#include "api-server/NotifyEndpoint.h"
#include "api-server/SrsEndpoints.h"

#include <utility>

namespace hookcast::mock {

std::vector<std::unique_ptr<Endpoint>> allEndpoints() {
    std::vector<std::unique_ptr<Endpoint>> all = srsEndpoints();
    for (std::unique_ptr<Endpoint>& endpoint : notifyEndpoints()) all.push_back(std::move(endpoint));
    return all;
}

} // namespace hookcast::mock
