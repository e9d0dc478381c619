#pragma once

#include "support/Deadline.h"
#include "support/HttpClient.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hookcast::integration {

/// Asks the control interface, a connection per question. One thread at a time. Throws std::runtime_error when the
/// answer is not JSON.
class ApiClient {
  public:
    using Json = Poco::JSON::Object::Ptr;

    explicit ApiClient(std::uint16_t port) : port_(port) {}

    /// The answer as it comes; `fields` are further lines of the request's header.
    HttpAnswer ask(std::string_view method, std::string_view target, std::string_view fields = "") const;

    /// The answer's object; its status must be 200.
    Json get(std::string_view target) const { return json("GET", target); }
    Json json(std::string_view method, std::string_view target) const;

    /// Asks until `condition` holds, and returns that answer. Throws std::runtime_error when it does not in time.
    Json waitFor(std::string_view target, const std::function<bool(const Json&)>& condition,
                 const Deadline& deadline = Deadline()) const;

  private:
    std::uint16_t port_;
};

} // namespace hookcast::integration
