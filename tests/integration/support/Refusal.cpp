#include "support/Refusal.h"

#include "support/HookDirectives.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>

namespace hookcast::integration {

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.name;
}

const std::vector<Refusal>& allRefusals() {
    static const std::vector<Refusal> kRefusals = {
        {"NotFound", R"({"status":404})", "/asked", "status 404", true, false},
        {"InternalServerError", R"({"status":500})", "/asked", "status 500", true, false},
        {"Redirect", R"({"status":301,"headers":{"Location":"/api/v1/clients?followed"}})", "/asked", "status 301",
         true, false},
        {"One", R"({"body":"1"})", "/asked", "neither 0 nor a JSON object", true, false},
        {"Empty", R"({"body":""})", "/asked", "the answer is empty", true, false},
        {"QuotedZero", R"({"body":"\"0\""})", "/asked", "neither 0 nor a JSON object", true, false},
        {"CodeOne", R"({"body":"{\"code\":1}"})", "/asked", "the answer's code is 1", true, false},
        {"Html", R"({"body":"<html><body>0</body></html>"})", "/asked", "neither 0 nor a JSON object", true, false},
        {"Hang", R"({"delay_ms":600000})", "/asked", "timed out", true, false},
        {"ConnectionRefused", "", "http://127.0.0.1:PORT/asked", "", false, false},
        {"UnknownHost", "", "http://no-such-host.invalid/asked", "", false, false},
        {"SecondOfTwo", R"({"status":403})", "/asked", "status 403", true, true},
        // Beyond the twelve.
        {"NoContent", R"({"status":204})", "/asked", "status 204", true, false},
        {"QuotedCode", R"({"body":"{\"code\":\"0\"}"})", "/asked", "no integer", true, false},
        {"NoCode", R"({"body":"{}"})", "/asked", "no integer", true, false},
        {"ZeroWithMore", R"({"body":"0 0"})", "/asked", "neither 0 nor a JSON object", true, false},
    };
    return kRefusals;
}

RefusingBackend::RefusingBackend(std::string opening, const Refusal& refusal, const std::string& match)
    : opening_(std::move(opening)), refusal_(refusal) {
    if (*refusal_.reply != '\0')
        backend_.addRule(fmt::format(R"({{"match":{{{}"path":"/asked"}},"reply":{}}})", match, refusal_.reply));
    backend_.addRule(R"({"match":{"path":"/asked"},"reply":{"body":"0"}})");
}

std::string RefusingBackend::hooks() const {
    // A loaded machine needs its time for the answers that are meant to come.
    const char* timeout = std::string(refusal_.name) == "Hang" ? "timeout 1.5;" : "timeout 30;";
    return hooksWith(backend_, opening_, urls(), timeout);
}

std::vector<std::string> RefusingBackend::expectedCalls() const {
    std::vector<std::string> calls;
    if (opening_ != "on_connect") calls.emplace_back("on_connect");
    if (refusal_.secondOfTwo) calls.push_back(opening_);
    if (refusal_.reachesBackend) calls.push_back(opening_);
    // Who said yes to an opening that came to nothing learns of its end, and nobody else.
    if (refusal_.secondOfTwo) calls.push_back(closingOf(opening_));
    if (opening_ != "on_connect") calls.emplace_back("on_close");
    return calls;
}

std::string RefusingBackend::urls() const {
    std::string url = refusal_.url;
    if (const std::size_t port = url.find("PORT"); port != std::string::npos)
        url.replace(port, 4, std::to_string(deadPort_.number()));
    if (url.starts_with('/')) url = backend_.url(url);
    return refusal_.secondOfTwo ? backend_.url(pathOf(opening_)) + " " + url : url;
}

} // namespace hookcast::integration
