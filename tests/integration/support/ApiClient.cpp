#include "support/ApiClient.h"

#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace hookcast::integration {

HttpAnswer ApiClient::ask(std::string_view method, std::string_view target, std::string_view fields) const {
    HttpClient client(port_);
    client.send(method, target, fields);
    return client.receive(method == "HEAD");
}

ApiClient::Json ApiClient::json(std::string_view method, std::string_view target) const {
    const HttpAnswer answer = ask(method, target);
    if (answer.status != 200) throw std::runtime_error(fmt::format("{} {}: {}", method, target, answer.status));
    return Poco::JSON::Parser().parse(answer.body).extract<Json>();
}

ApiClient::Json ApiClient::waitFor(std::string_view target, const std::function<bool(const Json&)>& condition,
                                   const Deadline& deadline) const {
    for (;;) {
        Json answer = get(target);
        if (condition(answer)) return answer;
        if (deadline.passed()) throw std::runtime_error(fmt::format("{} does not become what is expected", target));
        // The interface tells nothing by itself: who waits for it has to ask again.
        std::this_thread::yield();
    }
}

} // namespace hookcast::integration
