#include "api-server/ControlHandler.h"

#include "api-server/JsonText.h"
#include "api-server/PageQuery.h"

#include "base/IpAddress.h"
#include "base/JsonWriter.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace hookcast::mock {

namespace {

constexpr std::string_view kRule = "/control/rules/"; ///< then an id, or kOrder
constexpr std::string_view kOrder = "order";
constexpr std::string_view kCall = "/control/calls/"; ///< then an order, and kAgain
constexpr std::string_view kAgain = "/again";
constexpr const char* kNoSuchRule = "there is no such rule";

template <typename Value>
std::string oneMember(std::string_view name, const Value& value) {
    return base::JsonWriter().beginObject().member(name, value).endObject().take();
}

ControlReply jsonReply(int status, std::string json) {
    ControlReply reply;
    reply.answer.status = status;
    reply.answer.body = std::move(json);
    reply.answer.contentType = kJsonText;
    return reply;
}

ControlReply refusal(int status, std::string_view reason) {
    return jsonReply(status, oneMember("error", reason));
}

ControlReply wrongMethod(const char* allowed) {
    ControlReply reply = refusal(405, fmt::format("the methods here are {}", allowed));
    reply.answer.headers.emplace_back("Allow", allowed);
    return reply;
}

std::optional<std::uint64_t> numberIn(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::chrono::milliseconds waitOf(const PageQuery& query) {
    constexpr auto kMaxWaitMs = static_cast<std::uint64_t>(ControlHandler::kMaxWaitMs);
    return std::chrono::milliseconds(std::min(query.waitMs, kMaxWaitMs));
}

/// Of a Host header; an IPv6 address stands in brackets there.
std::string_view hostOf(std::string_view authority) {
    if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
    return authority.substr(0, authority.find(':'));
}

/// A web page can have a name of its own lead here, but neither an address nor localhost.
bool isOwnHost(std::string_view authority) {
    const std::string host(hostOf(authority));
    return authority.empty() || base::IpAddress::parse(host) || Poco::icompare(host, "localhost") == 0;
}

/// Whether a web page of another origin asks, through the browser of someone who works on this machine.
bool isForeign(const Request& request) {
    const std::string_view site = headerValue(request.headers, "sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    const std::string_view origin = headerValue(request.headers, "origin");
    if (origin.empty()) return false;
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos || origin.substr(scheme + 3) != headerValue(request.headers, "host");
}

} // namespace

ControlReply ControlHandler::handle(const Request& request) const {
    if (!isOwnHost(headerValue(request.headers, "host")))
        return refusal(403, "this is asked at an IP address or localhost only");
    if (isForeign(request)) return refusal(403, "a page of another origin may not ask this");
    if (request.path == "/control/rules") return handleRules(request);
    if (request.path.starts_with(kRule))
        return handleRule(request, std::string_view(request.path).substr(kRule.size()));
    if (request.path == "/control/calls") return handleCalls(request);
    if (request.path.starts_with(kCall) && request.path.ends_with(kAgain)) {
        std::string_view order = std::string_view(request.path).substr(kCall.size());
        order.remove_suffix(std::min(kAgain.size(), order.size()));
        return sendAgain(request, order);
    }
    if (request.path == "/control/events") return handleEvents(request);
    if (request.path == "/control/signatures") return countSignatures(request);
    return refusal(404, "there are /control/rules, /control/calls, /control/events and /control/signatures");
}

ControlReply ControlHandler::handleRules(const Request& request) const {
    if (request.method == "GET") return jsonReply(200, rules_.json());
    if (request.method == "DELETE") return jsonReply(200, oneMember("removed", rules_.clear()));
    if (request.method != "POST") return wrongMethod("GET, POST, DELETE");
    base::Result<Rule> rule = parseRule(request.body);
    if (!rule) return refusal(400, rule.error().message);
    const base::Result<std::uint64_t> id = rules_.add(rule.take());
    if (!id) return refusal(400, id.error().message);
    return jsonReply(200, oneMember("id", id.value()));
}

/// One rule: PUT changes it in its place, DELETE takes it away.
ControlReply ControlHandler::handleRule(const Request& request, std::string_view name) const {
    if (name == kOrder) return reorderRules(request);
    const std::optional<std::uint64_t> number = numberIn(name);
    if (!number) return refusal(404, kNoSuchRule);
    const std::uint64_t id = *number;
    if (request.method == "DELETE")
        return rules_.remove(id) ? jsonReply(200, oneMember("removed", 1)) : refusal(404, kNoSuchRule);
    if (request.method != "PUT") return wrongMethod("PUT, DELETE");
    base::Result<Rule> rule = parseRule(request.body);
    if (!rule) return refusal(400, rule.error().message);
    return rules_.replace(id, rule.take()) ? jsonReply(200, oneMember("id", id)) : refusal(404, kNoSuchRule);
}

/// PUT: an array of all ids.
ControlReply ControlHandler::reorderRules(const Request& request) const {
    if (request.method != "PUT") return wrongMethod("PUT");
    const auto document = parseJson(request.body);
    if (!document) return refusal(400, "not JSON: " + document.error().message);
    if (document.value().type() != typeid(Poco::JSON::Array::Ptr)) return refusal(400, "an array of ids is expected");
    std::vector<std::uint64_t> ids;
    for (const Poco::Dynamic::Var& id : *document.value().extract<Poco::JSON::Array::Ptr>()) {
        if (!id.isInteger() || id.isBoolean() || (id.isSigned() && id.convert<std::int64_t>() < 0))
            return refusal(400, "an id is a number");
        ids.push_back(id.convert<std::uint64_t>());
    }
    if (!rules_.reorder(ids)) return refusal(409, "these are not all rules that there are, each once");
    return jsonReply(200, rules_.json());
}

ControlReply ControlHandler::handleCalls(const Request& request) const {
    if (request.method == "GET") return listCalls(request.query);
    if (request.method == "DELETE") return jsonReply(200, oneMember("removed", calls_.clear()));
    return wrongMethod("GET, DELETE");
}

/// The call comes once more, byte for byte, from who asks for it.
ControlReply ControlHandler::sendAgain(const Request& request, std::string_view order) const {
    if (request.method != "POST") return wrongMethod("POST");
    const std::optional<std::uint64_t> number = numberIn(order);
    const std::shared_ptr<const Call> call = number ? calls_.find(*number) : nullptr;
    if (call == nullptr || hooks_ == nullptr) return refusal(404, "there is no such call");
    constexpr int kTooLarge = 413;
    if (call->answer.status == kTooLarge && !call->answer.ruleId) return refusal(409, "its body was not kept");
    Request again = call->request;
    again.clientAddress = request.clientAddress;
    again.clientPort = request.clientPort;
    const Answer answer = hooks_->handle(std::move(again));
    base::JsonWriter json;
    json.beginObject().member("status", answer.status).member("body", answer.body).endObject();
    return jsonReply(200, json.take());
}

ControlReply ControlHandler::countSignatures(const Request& request) const {
    if (request.method != "GET") return wrongMethod("GET");
    base::JsonWriter json;
    json.beginObject().member("checked", signatures_ != nullptr && signatures_->isOn());
    for (const auto state :
         {SignatureState::Good, SignatureState::Missing, SignatureState::Altered, SignatureState::Old})
        json.member(nameOf(state), signatures_ != nullptr ? signatures_->count(state) : std::uint64_t{0});
    return jsonReply(200, json.endObject().take());
}

ControlReply ControlHandler::listCalls(std::string_view query) const {
    const base::Result<PageQuery> asked = parsePageQuery(query, {"after", "limit", "wait_ms"});
    if (!asked) return refusal(400, asked.error().message);
    ControlReply reply;
    reply.answer.contentType = kJsonText;
    reply.page = calls_.callsAfter(asked.value().after, asked.value().limit, waitOf(asked.value()));
    return reply;
}

ControlReply ControlHandler::handleEvents(const Request& request) const {
    if (request.method == "GET") return listEvents(request.query);
    if (request.method == "DELETE") return jsonReply(200, oneMember("removed", events_.clear()));
    return wrongMethod("GET, DELETE");
}

ControlReply ControlHandler::listEvents(std::string_view query) const {
    const base::Result<PageQuery> asked = parsePageQuery(query, {"after", "limit", "wait_ms", "count", "name"});
    if (!asked) return refusal(400, asked.error().message);
    EventStore::Wanted wanted;
    wanted.after = asked.value().after;
    wanted.limit = asked.value().limit;
    wanted.count = asked.value().count;
    wanted.name = asked.value().name;
    ControlReply reply;
    reply.answer.contentType = kJsonText;
    reply.events = events_.events(wanted, waitOf(asked.value()));
    return reply;
}

void writeJson(std::ostream& out, const CallStore::Page& page) {
    out << R"({"calls":[)";
    const char* separator = "";
    for (const auto& call : page.calls) {
        out << separator;
        writeJson(out, *call);
        separator = ",\n";
    }
    out << fmt::format(R"(],"next":{},"last":{},"discarded":{}}})", page.next, page.last, page.discarded);
}

} // namespace hookcast::mock
