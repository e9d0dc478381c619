#include "api-server/ControlHandler.h"

#include "api-server/JsonText.h"
#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <ostream>
#include <string>
#include <utility>

namespace hookcast::mock {

namespace {

ControlReply jsonReply(int status, std::string json) {
    ControlReply reply;
    reply.answer.status = status;
    reply.answer.body = std::move(json);
    reply.answer.contentType = kJsonText;
    return reply;
}

ControlReply refusal(int status, std::string_view reason) {
    return jsonReply(status, fmt::format(R"({{"error":{}}})", jsonString(reason)));
}

ControlReply wrongMethod(const char* allowed) {
    ControlReply reply = refusal(405, fmt::format("the methods here are {}", allowed));
    reply.answer.headers.emplace_back("Allow", allowed);
    return reply;
}

struct CallsQuery {
    std::uint64_t after = 0;
    std::uint64_t limit = std::numeric_limits<std::size_t>::max();
    std::uint64_t waitMs = 0;
};

base::Result<CallsQuery> parseCallsQuery(std::string_view query) {
    CallsQuery parsed;
    while (!query.empty()) {
        const std::string_view part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view name = part.substr(0, equals);
        const std::string_view value = part.substr(std::min(equals + 1, part.size()));
        std::uint64_t* target = name == "after"     ? &parsed.after
                                : name == "limit"   ? &parsed.limit
                                : name == "wait_ms" ? &parsed.waitMs
                                                    : nullptr;
        if (target == nullptr)
            return base::Error{
                fmt::format("no parameter \"{}\": there are after, limit, wait_ms", base::printable(name))};
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *target);
        if (error != std::errc() || end != value.data() + value.size())
            return base::Error{fmt::format("{} must be an integer, 0 or above", name)};
    }
    return parsed;
}

} // namespace

ControlReply ControlHandler::handle(const Request& request) const {
    if (request.path == "/control/rules") return handleRules(request);
    if (request.path == "/control/calls") return handleCalls(request);
    return refusal(404, "there are /control/rules and /control/calls");
}

ControlReply ControlHandler::handleRules(const Request& request) const {
    if (request.method == "GET") return jsonReply(200, rules_.json());
    if (request.method == "DELETE") return jsonReply(200, fmt::format(R"({{"removed":{}}})", rules_.clear()));
    if (request.method != "POST") return wrongMethod("GET, POST, DELETE");
    base::Result<Rule> rule = parseRule(request.body);
    if (!rule) return refusal(400, rule.error().message);
    const base::Result<std::uint64_t> id = rules_.add(rule.take());
    if (!id) return refusal(400, id.error().message);
    return jsonReply(200, fmt::format(R"({{"id":{}}})", id.value()));
}

ControlReply ControlHandler::handleCalls(const Request& request) const {
    if (request.method == "GET") return listCalls(request.query);
    if (request.method == "DELETE") return jsonReply(200, fmt::format(R"({{"removed":{}}})", calls_.clear()));
    return wrongMethod("GET, DELETE");
}

ControlReply ControlHandler::listCalls(std::string_view query) const {
    const base::Result<CallsQuery> asked = parseCallsQuery(query);
    if (!asked) return refusal(400, asked.error().message);
    const auto waitMs = std::min<std::uint64_t>(asked.value().waitMs, kMaxWaitMs);
    ControlReply reply;
    reply.answer.contentType = kJsonText;
    reply.page = calls_.callsAfter(asked.value().after, asked.value().limit, std::chrono::milliseconds(waitMs));
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
