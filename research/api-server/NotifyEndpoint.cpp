#include "api-server/NotifyEndpoint.h"

#include "base/Log.h"

#include <fmt/format.h>

namespace hookcast::mock {

ParsedBody NotifyEndpoint::parse(const Request& request) const {
    return parseForm(request.method == "GET" ? request.query : request.body);
}

Outcome NotifyEndpoint::answer(const Request&, const ParsedBody& body, ReplyMode mode) const {
    if (body.field("call") != name()) {
        Answer refusal;
        refusal.status = 400;
        refusal.body = fmt::format("this is the place for call={}\n", name());
        return {refusal,
                fmt::format("hookcast wrong call for {}: call={}", name(), base::printable(body.field("call")))};
    }
    return {codeAnswer(0, mode), fmt::format("hookcast notify {}: {}", name(),
                                             listFields(body, {"clientid", "protocol", "addr", "app", "name", "url"}))};
}

std::vector<std::unique_ptr<Endpoint>> notifyEndpoints() {
    std::vector<std::unique_ptr<Endpoint>> all;
    for (const char* path : {"/notify/connect", "/notify/publish", "/notify/play", "/notify/update", "/notify/done"})
        all.push_back(std::make_unique<NotifyEndpoint>(path));
    return all;
}

} // namespace hookcast::mock
