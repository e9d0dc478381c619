#include "app/HookReplay.h"

#include "base/Base64.h"
#include "base/Bytes.h"
#include "base/Log.h"
#include "base/TimeText.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <istream>
#include <ostream>
#include <utility>

namespace hookcast::app {

namespace {

constexpr long kTimeoutS = 60;

std::string authorizationOf(const config::HttpApiConfig& api) {
    if (api.scheme == config::HttpApiConfig::Scheme::Bearer) return "Bearer " + api.token;
    return "Basic " + base::toBase64(base::asBytes(api.username + ":" + api.password));
}

/// Where somebody on this machine reaches an address that is listened on.
std::string hostOf(const config::ListenAddress& address) {
    if (address.host.empty() || address.host == "0.0.0.0") return "127.0.0.1";
    return address.host == "::" ? "::1" : address.host;
}

std::string targetOf(const HookReplay::Range& range) {
    Poco::URI uri("/api/v1/events/replay");
    uri.addQueryParameter("since", base::timeText(range.sinceMs));
    if (range.untilMs) uri.addQueryParameter("until", base::timeText(*range.untilMs));
    if (!range.stream.empty()) uri.addQueryParameter("stream", range.stream);
    if (!range.client.empty()) uri.addQueryParameter("client", range.client);
    return uri.getPathAndQuery();
}

/// How many events the answer says; none: it says something else.
std::optional<std::uint64_t> replayedIn(const std::string& body) {
    try {
        const auto answer = Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
        if (answer->getValue<int>("code") != 0) return std::nullopt;
        return answer->getObject("data")->getValue<std::uint64_t>("replayed");
    } catch (const Poco::Exception&) { // no JSON, or of another shape
        return std::nullopt;
    }
}

} // namespace

HookReplay::HookReplay(ConfigSource source, Range range, std::ostream& out, std::ostream& errors)
    : source_(std::move(source)), range_(std::move(range)), out_(out), errors_(errors) {}

HookReplay::Outcome HookReplay::run() {
    if (range_.untilMs && *range_.untilMs < range_.sinceMs) return fail("--until is before --since");
    const config::LoadOutcome outcome = source_.load();
    printFindings(outcome);
    if (outcome.config == nullptr) return fail("the configuration is not usable");
    const config::Config& config = *outcome.config;
    if (!config.apiServer.enabled || config.apiServer.listen.empty())
        return fail("the configuration has no http_api, by which the server could be asked");
    return ask(config, config.apiServer.listen.front());
}

HookReplay::Outcome HookReplay::ask(const config::Config& config, const config::ListenAddress& address) {
    using namespace Poco::Net;
    const std::string host = hostOf(address);
    int status = 0;
    std::string body;
    try {
        HTTPClientSession session(host, address.port);
        session.setTimeout(Poco::Timespan(kTimeoutS, 0));
        HTTPRequest request(HTTPRequest::HTTP_POST, targetOf(range_), HTTPMessage::HTTP_1_1);
        request.setContentLength(0);
        if (config.api.asksForSecret) request.set("Authorization", authorizationOf(config.api));
        session.sendRequest(request);
        HTTPResponse response;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
        status = response.getStatus();
    } catch (const Poco::Exception& error) {
        return fail(fmt::format("the server cannot be asked at {} port {}: {}", host, address.port,
                                base::printable(error.displayText())));
    }
    const std::optional<std::uint64_t> replayed = replayedIn(body);
    if (status == HTTPResponse::HTTP_OK && replayed) {
        out_ << fmt::format("{} of the events in this range are told again\n", *replayed);
        return Accepted;
    }
    errors_ << fmt::format("hookcast hook replay: the server refuses: status {}, {}\n", status,
                           body.empty() ? "no words" : base::printable(body));
    return Refused;
}

HookReplay::Outcome HookReplay::fail(const std::string& why) {
    errors_ << "hookcast hook replay: " << why << '\n';
    return NotAsked;
}

} // namespace hookcast::app
